/** A row of `GET /v1/usage/requests`: one model that was asked for one request. */
export interface Entry {
  id: string
  time: string
  request_id: string
  final: boolean
  client: string
  key: string
  program: string
  format: string
  route: string
  model_asked: string
  model: string
  provider: string
  engine: string
  lane: string
  calls: number
  retries: number
  input_tokens: number
  cached_input_tokens: number
  cache_write_tokens: number
  output_tokens: number
  reasoning_tokens: number
  usage_status: string
  cost: string | null
  billing: string
  price_source: string
  outcome: string
  error: string
  status: number
  queued_ms: number | null
  first_token_ms: number | null
  duration_ms: number
}

export interface EntryPage {
  data: Entry[]
  has_more: boolean
  last_id: string | null
}

/** What of one of the last requests only the daemon's memory has: `GET /v1/daemon/requests/{id}`. */
export interface Known {
  record: RecordDetails | null
  capture: Captured | null
}

export interface RecordDetails {
  user_agent: string | null
  ignored: string[]
  adjusted: string[]
  advice: string
  path: string
}

/** What was said. */
export interface Captured {
  request: string
  answers: { text: string; reasoning: string; calls: { name: string; arguments: string }[] }[]
  cut: boolean
}
