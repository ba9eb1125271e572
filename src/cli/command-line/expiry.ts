import { CliError } from './failure.ts'

const UNITS: Record<string, number> = { h: 60 * 60_000, d: 24 * 60 * 60_000 }

/** When something ends that ends in `30d` or `12h`, or with the day or time that is named. @throws CliError for anything else, and for the past */
export function parseExpiry(text: string, now: number): number {
  const [, number, unit] = /^(\d{1,6})([hd])$/.exec(text) ?? []
  const time = unit === undefined ? Date.parse(text) : now + Number(number) * UNITS[unit]!
  if (Number.isNaN(time)) throw new CliError(`no time: ${text}`, { hint: '30d, 12h, or a day such as 2026-12-31' })
  if (time <= now) throw new CliError(`${text} is over`)
  return time
}
