import { closest, distance } from 'fastest-levenshtein'

/**
 * The name that `word` was probably meant to be, if one is near enough to be worth suggesting.
 * `leniency` is the share of its letters that may be wrong; swapped neighbours count as two.
 */
export function nearest(word: string, names: readonly string[], leniency = 0.5): string | undefined {
  // Nobody meant a word of this length, and to compare it takes long.
  if (names.length === 0 || word.length > 100) return undefined
  const candidate = closest(word, names)
  const tolerated = Math.max(1, Math.min(3, Math.floor(word.length * leniency)))
  return distance(word.toLowerCase(), candidate.toLowerCase()) <= tolerated ? candidate : undefined
}
