import { createCalendar } from '../../core/calendar.ts'

export type WindowKind = 'minute' | 'day' | 'month' | 'ever'

export interface Window {
  /** Tells it from every other of its kind. */
  name: string
  /** Unix time in milliseconds at which the next begins; infinite for the one that never ends. */
  end: number
}

/** Tells the window of a Unix time in milliseconds. */
export type Windows = (kind: WindowKind, time: number) => Window

const MINUTE = 60_000
const LONGEST = 32 * 24 * 60 * MINUTE

/** Minutes, and the days and months of a time zone. @throws RangeError for no zone */
export function createWindows(timeZone?: string): Windows {
  const dayOf = createCalendar(timeZone)
  const monthOf = (time: number) => dayOf(time).slice(0, 7)
  return (kind, time) => {
    switch (kind) {
      case 'minute': {
        const minute = Math.floor(time / MINUTE)
        return { name: String(minute), end: (minute + 1) * MINUTE }
      }
      case 'day':
        return named(dayOf, time)
      case 'month':
        return named(monthOf, time)
      case 'ever':
        return { name: '-', end: Number.POSITIVE_INFINITY }
    }
  }
}

/** Its end is looked for only when somebody wants to know it. */
function named(nameOf: (time: number) => string, time: number): Window {
  const name = nameOf(time)
  return {
    name,
    get end() {
      return firstWith((later) => nameOf(later) !== name, time)
    },
  }
}

/** The first whole minute after `time` of which something is true that stays true; days begin on one in every zone. */
function firstWith(isTrue: (time: number) => boolean, time: number): number {
  let least = Math.floor(time / MINUTE)
  let most = least + LONGEST / MINUTE
  while (most - least > 1) {
    const middle = Math.floor((least + most) / 2)
    if (isTrue(middle * MINUTE)) most = middle
    else least = middle
  }
  return most * MINUTE
}
