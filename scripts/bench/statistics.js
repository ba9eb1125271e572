/**
 * The value that a share of the samples does not exceed, interpolated between neighbours.
 * @param {number[]} samples
 * @param {number} share 0.5 for the median
 */
export function percentile(samples, share) {
  const sorted = samples.toSorted((a, b) => a - b)
  const position = (sorted.length - 1) * share
  const below = sorted[Math.floor(position)] ?? NaN
  const above = sorted[Math.ceil(position)] ?? NaN
  return below + (above - below) * (position - Math.floor(position))
}

/** @param {number[]} samples */
export const median = (samples) => percentile(samples, 0.5)
