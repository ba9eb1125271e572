/** What `GET /v1/usage` answers with. */
export interface UsageReport {
  from: string
  to: string
  total: UsageFigures
  data: UsageGroup[]
}

export interface UsageFigures {
  requests: number
  failed: number
  input_tokens: number
  cached_input_tokens: number
  output_tokens: number
  reasoning_tokens: number
  /** USD, or null where nobody knows it. */
  cost: string | null
  cost_complete: boolean
}

export type UsageGroup = UsageFigures & { day?: string; model?: string; key?: string; program?: string; provider?: string }

/** What `GET /v1/usage/latency` answers with. */
export interface LatencyReport {
  total: Quantiles
  data: (Quantiles & { model: string })[]
}

export interface Quantiles {
  requests: number
  p50_ms: number | null
  p95_ms: number | null
}

export type Measure = 'cost' | 'tokens' | 'requests'

export function amountOf(figures: UsageFigures, measure: Measure): number {
  if (measure === 'cost') return Number(figures.cost ?? 0)
  return measure === 'tokens' ? figures.input_tokens + figures.output_tokens : figures.requests
}
