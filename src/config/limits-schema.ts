import { z } from 'zod'
import { parseDollars } from '../core/money.ts'
import { MAX_DURATION, setting } from './setting.ts'

const count = () => z.number().int().positive().optional()

/** USD; a number is taken for the shortest text that stands for it. */
const dollars = () =>
  z
    .union([z.number().positive(), z.string().refine(isMoney, 'no amount of dollars above zero, as 12.50 is one')])
    .transform(String)
    .optional()

const names = () => z.array(z.string().min(1)).min(1).optional()

/** What somebody may use, as settings and the options of `key create` have it. */
export const limitsSchema = z.strictObject({
  requestsPerMinute: setting(count(), { description: 'Requests for an answer in a minute' }),
  requestsPerDay: setting(count(), { description: 'Requests for an answer in a day' }),
  tokensPerMinute: setting(count(), { description: 'Tokens of input and output in a minute' }),
  tokensPerDay: setting(count(), { description: 'Tokens of input and output in a day' }),
  costPerDay: setting(dollars(), { description: 'USD in a day' }),
  costPerMonth: setting(dollars(), { description: 'USD in a month' }),
  costTotal: setting(dollars(), { description: 'USD in all, as of what was paid in advance' }),
  concurrentRequests: setting(count(), { description: 'Requests for an answer at a time' }),
  models: setting(names(), { description: 'Models, by id or pattern with `*`; no other' }),
  routes: setting(names(), { description: 'Paths, or patterns with `*`; no other' }),
})

/** The same for a provider. */
export const providerLimitsSchema = limitsSchema.omit({ models: true, routes: true }).extend({
  minInterval: setting(z.number().int().positive().max(MAX_DURATION).optional(), { description: 'From one request to the next', unit: 'milliseconds' }),
})

function isMoney(text: string): boolean {
  try {
    return parseDollars(text) > 0n
  } catch {
    return false
  }
}
