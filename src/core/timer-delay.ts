/** Node fires a timer beyond this at once instead of late. */
const maxDelay = 2 ** 31 - 1

/** Milliseconds that `setTimeout` can keep: at least 1, at most about 24 days. */
export function timerDelay(ms: number): number {
  return Math.min(Math.max(Math.ceil(ms), 1), maxDelay)
}
