import type { FirstToken } from '../../storage/ledger-store.ts'

/** How long the first piece of an answer took, in milliseconds. */
export interface LatencyReport {
  object: 'usage.latency'
  total: Quantiles
  /** By model, the one with most requests first. */
  data: ({ model: string } & Quantiles)[]
}

export interface Quantiles {
  /** Requests that were looked at. */
  requests: number
  /** Null where there were none. */
  p50_ms: number | null
  p95_ms: number | null
}

export function toLatencyReport(times: readonly FirstToken[]): LatencyReport {
  const models = new Map<string, number[]>()
  for (const { model, firstToken } of times) {
    const known = models.get(model)
    if (known) known.push(firstToken)
    else models.set(model, [firstToken])
  }
  const data = [...models].map(([model, all]) => ({ model, ...quantilesOf(all) }))
  return {
    object: 'usage.latency',
    total: quantilesOf(times.map(({ firstToken }) => firstToken)),
    data: data.toSorted((one, other) => other.requests - one.requests),
  }
}

function quantilesOf(times: readonly number[]): Quantiles {
  const sorted = times.toSorted((one, other) => one - other)
  // The nearest rank: a time that was measured.
  const at = (share: number) => sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? null
  return { requests: sorted.length, p50_ms: at(0.5), p95_ms: at(0.95) }
}
