/** About how much memory a JSON value takes, in bytes. */
export function weigh(value: unknown): number {
  if (typeof value === 'string') return 2 * value.length + 16
  if (typeof value !== 'object' || value === null) return 8
  return Object.entries(value).reduce((sum, [key, item]) => sum + key.length + weigh(item), 32)
}
