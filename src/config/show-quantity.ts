import type { Unit } from './setting.ts'

/** The larger ones first; a number is told in the first that it is large enough for. */
const STEPS: Record<Unit, { size: number; name: string; from?: number }[]> = {
  milliseconds: [
    { size: 24 * 60 * 60_000, name: 'days', from: 2 * 24 * 60 * 60_000 },
    { size: 60 * 60_000, name: 'h' },
    { size: 60_000, name: 'min' },
    { size: 1000, name: 's' },
    { size: 1, name: 'ms' },
  ],
  bytes: [
    { size: 1024 ** 3, name: 'GiB' },
    { size: 1024 ** 2, name: 'MiB' },
    { size: 1024, name: 'KiB' },
    { size: 1, name: 'bytes' },
  ],
}

/** A number of a unit for people, rounded: `2 min`, `64 MiB`. */
export function showQuantity(number: number, unit: Unit): string {
  const steps = STEPS[unit]
  const { size, name } = steps.find(({ size: own, from = own }) => number >= from) ?? steps.at(-1)!
  return `${Math.round((number / size) * 10) / 10} ${name}`
}
