/** What the ageing of an idle resource depends on; times are as of `Date.now()`. */
export interface Spare {
  expiresAt: number
  idleSince: number
}

/** When a spare created at `since` is due: up to 10 % before `maxLifetime`, so that they don't all go at once. */
export function expiryOf(since: number, maxLifetime: number): number {
  return since + maxLifetime * (1 - Math.random() / 10)
}

/** The spares beyond `keep` that have been idle for `idleTimeout`, in the order given. */
export function surplus<S extends Spare>(idle: S[], keep: number, idleTimeout: number): S[] {
  const now = Date.now()
  return idle.filter((spare) => now - spare.idleSince >= idleTimeout).slice(0, Math.max(0, idle.length - keep))
}

/** When the next of those in use or idle expires, or has been idle for too long; `Infinity` when none will. */
export function nextDeadline(ready: Spare[], idle: Spare[], keep: number, idleTimeout: number): number {
  const deadlines = ready.map((spare) => spare.expiresAt)
  if (idle.length > keep) deadlines.push(...idle.map((spare) => spare.idleSince + idleTimeout))
  return Math.min(...deadlines)
}
