/**
 * What somebody may use: what is absent has no limit. Money is USD as an exact decimal text, as it is kept and shown.
 * Windows are minutes, days and months of the calendar.
 */
export interface Limits {
  requestsPerMinute?: number | undefined
  requestsPerDay?: number | undefined
  /** Of input and output together. */
  tokensPerMinute?: number | undefined
  tokensPerDay?: number | undefined
  costPerDay?: string | undefined
  costPerMonth?: string | undefined
  /** Of all that is ever used, as of what was paid in advance. */
  costTotal?: string | undefined
  concurrentRequests?: number | undefined
  /** Ids of models, or patterns with `*`; all others are refused. */
  models?: readonly string[] | undefined
  /** Paths, or patterns with `*`; all others are refused. */
  routes?: readonly string[] | undefined
}

/** What all clients together may use of one provider. */
export interface ProviderLimits extends Limits {
  /** Milliseconds from one request to the next, of one daemon. */
  minInterval?: number | undefined
}

/** Whether there is any. */
export function isLimited(limits: Limits | undefined): limits is Limits {
  return limits !== undefined && Object.values(limits).some((limit) => limit !== undefined)
}
