/** Milliseconds; Node fires a timer beyond this at once instead of late. */
export const LONGEST_DELAY = 2 ** 31 - 1

/** Milliseconds that `setTimeout` can keep: at least 1, at most about 24 days. */
export function timerDelay(ms: number): number {
  return Math.min(Math.max(Math.ceil(ms), 1), LONGEST_DELAY)
}
