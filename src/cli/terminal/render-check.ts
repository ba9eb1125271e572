import type { Check } from '../doctor/check.ts'

const marks = { ok: '✔', warn: '!', fail: '✖' } as const

/** A line of a report, and what to do about it. */
export function renderCheck({ name, status, detail, fix }: Check): string {
  return `${marks[status]} ${name}: ${detail}\n${fix === undefined ? '' : `    fix: ${fix}\n`}`
}
