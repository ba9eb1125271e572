import { expect, test } from 'vitest'
import { createWindows } from '../../../src/access/limits/windows.ts'

const berlin = createWindows('Europe/Berlin')
const at = (text: string) => Date.parse(text)

test.each([
  ['minute', '2026-11-28T10:00:59.999Z', '2026-11-28T10:01:00Z'],
  ['day', '2026-11-28T22:59:00Z', '2026-11-28T23:00:00Z'],
  ['day', '2026-11-28T23:00:00Z', '2026-11-29T23:00:00Z'],
  // A day of 23 hours, and one of 25.
  ['day', '2026-03-28T23:00:00Z', '2026-03-29T22:00:00Z'],
  ['day', '2026-10-24T22:00:00Z', '2026-10-25T23:00:00Z'],
  ['month', '2026-10-31T12:00:00Z', '2026-10-31T23:00:00Z'],
  ['month', '2027-01-31T23:00:00Z', '2027-02-28T23:00:00Z'],
] as const)('the %s of %s ends at %s', (kind, time, end) => {
  const window = berlin(kind, at(time))
  expect(new Date(window.end).toISOString()).toBe(new Date(end).toISOString())
  expect(berlin(kind, window.end - 1).name).toBe(window.name)
  expect(berlin(kind, window.end).name).not.toBe(window.name)
})

test('a zone of half an hour has its midnight, too', () => {
  expect(createWindows('Asia/Kolkata')('day', at('2026-11-28T12:00:00Z')).end).toBe(at('2026-11-28T18:30:00Z'))
})

test('the one for all of time never ends', () => {
  expect(berlin('ever', 0)).toEqual({ name: '-', end: Number.POSITIVE_INFINITY })
})
