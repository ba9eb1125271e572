/** A day as `2026-11-28`; days sort as texts. */
export type Day = string

export const DAY_MS = 24 * 60 * 60_000
const QUARTER_MS = 15 * 60_000

/** Tells the day of a Unix time in milliseconds, in a time zone such as `Europe/Berlin`. @throws RangeError for no zone */
export function createCalendar(timeZone?: string): (time: number) => Day {
  // Of all locales this one writes days as ISO does.
  const format = new Intl.DateTimeFormat('en-CA', { ...(timeZone !== undefined && { timeZone }), year: 'numeric', month: '2-digit', day: '2-digit' })
  let last: { quarter: number; day: Day } | undefined
  return (time) => {
    // Everywhere a day begins with a quarter of an hour.
    const quarter = Math.floor(time / QUARTER_MS)
    if (last?.quarter !== quarter) last = { quarter, day: format.format(time) }
    return last.day
  }
}
