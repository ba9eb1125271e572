import { limitsSchema } from '../../config/limits-schema.ts'
import { isLimited, type Limits } from '../../core/limits.ts'
import { CliError } from './failure.ts'

const hint = { number: 'number', dollars: 'usd', list: 'names' } as const

const FLAGS = [
  ['requestsPerMinute', 'requests-per-minute', 'number', 'Requests for an answer in a minute'],
  ['requestsPerDay', 'requests-per-day', 'number', 'Requests for an answer in a day'],
  ['tokensPerMinute', 'tokens-per-minute', 'number', 'Tokens of input and output in a minute'],
  ['tokensPerDay', 'tokens-per-day', 'number', 'Tokens of input and output in a day'],
  ['costPerDay', 'cost-per-day', 'dollars', 'USD in a day'],
  ['costPerMonth', 'cost-per-month', 'dollars', 'USD in a month'],
  ['costTotal', 'cost-total', 'dollars', 'USD in all, as of what was paid in advance'],
  ['concurrentRequests', 'concurrent-requests', 'number', 'Requests for an answer at a time'],
  ['models', 'models', 'list', 'Models, by id or pattern with *, separated by commas; no other'],
  ['routes', 'routes', 'list', 'Paths, or patterns with *, separated by commas; no other'],
] as const satisfies readonly (readonly [keyof Limits, string, keyof typeof hint, string])[]

/** The options of a command that takes limits. */
export const limitArgs = Object.fromEntries(
  FLAGS.map(([, flag, kind, description]) => [flag, { type: 'string', valueHint: hint[kind], description }]),
) as Record<(typeof FLAGS)[number][1], { type: 'string'; valueHint: string; description: string }>

/** @returns undefined where none is given @throws CliError that names the option */
export function parseLimits(args: Readonly<Record<string, unknown>>): Limits | undefined {
  const given = FLAGS.flatMap(([name, flag, kind]) => {
    const text = args[flag]
    return typeof text === 'string' ? [{ name, flag, value: VALUES[kind](text) }] : []
  })
  for (const { name, flag, value } of given) {
    const { success, error } = limitsSchema.shape[name].safeParse(value)
    if (!success) throw new CliError(`--${flag} ${String(args[flag])}: ${error.issues[0]!.message}`)
  }
  const limits = limitsSchema.parse(Object.fromEntries(given.map(({ name, value }) => [name, value])))
  return isLimited(limits) ? limits : undefined
}

const VALUES = {
  number: (text: string) => (/^\d+$/.test(text) ? Number(text) : text),
  dollars: (text: string) => text,
  list: (text: string) =>
    text
      .split(',')
      .map((item) => item.trim())
      .filter((item) => item !== ''),
}

/** For people, as `60 requests-per-minute, 5 cost-per-day`. */
export function describeLimits(limits: Limits | undefined): string | null {
  const given = FLAGS.flatMap(([name, flag]) => {
    const limit = limits?.[name]
    return limit === undefined ? [] : [`${typeof limit === 'object' ? limit.join(' ') : limit} ${flag}`]
  })
  return given.length > 0 ? given.join(', ') : null
}
