/** What stands for all values beyond the bound. */
export const OTHER = 'other'

/** Lets so many different values of a label through, for each is a time series that is kept for good. */
export function boundedLabel(most: number): (value: string) => string {
  const seen = new Set<string>()
  return (value) => {
    if (seen.has(value)) return value
    if (seen.size >= most) return OTHER
    seen.add(value)
    return value
  }
}
