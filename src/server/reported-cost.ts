import type { H3Event } from 'h3'
import { type AnswerCost, formatDecimal } from '../core/money.ts'
import type { RecordedUsage } from '../records/record.ts'

/**
 * Tells by headers what a whole answer has cost, in USD, and the tokens that it took, whether or not its format has a
 * place for them. What nobody knows is not told.
 */
export function reportCost(event: H3Event, cost: AnswerCost | undefined, { status, ...tokens }: RecordedUsage): void {
  const { headers } = event.res
  if (cost) headers.set('x-bridge-cost', formatDecimal(cost.total))
  if (status !== 'none') headers.set('x-bridge-tokens', writeTokens(tokens))
}

function writeTokens({ input, output, cachedInput, cacheWrites, reasoning }: Omit<RecordedUsage, 'status'>): string {
  const some = Object.entries({ cached: cachedInput, cache_writes: cacheWrites, reasoning }).filter(([, count]) => count > 0)
  return [['input', input], ['output', output], ...some].map(([name, count]) => `${name}=${count}`).join(', ')
}
