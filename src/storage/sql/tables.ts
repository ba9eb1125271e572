/** Whole numbers beyond 2⁵³ come as bigints or as texts, by the driver: they are read by `Number` or `BigInt`. */
export type Whole = number | bigint

export interface LedgerTable {
  id: string
  request_id: string
  time: Whole
  day: string
  final: Whole
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
  usage_status: string
  calls: Whole
  retries: Whole
  input: Whole
  cached_input: Whole
  cache_writes: Whole
  output: Whole
  reasoning: Whole
  /** Pico-dollars. */
  cost: Whole | null
  price_source: string
  price: string
  billing: string
  outcome: string
  error: string
  status: Whole
  /** Microseconds. */
  queued: Whole | null
  first_token: Whole | null
  duration: Whole
}

export interface UsageTable {
  day: string
  key: string
  program: string
  provider: string
  model: string
  billing: string
  requests: Whole
  failed: Whole
  input: Whole
  cached_input: Whole
  cache_writes: Whole
  output: Whole
  reasoning: Whole
  cost: Whole
  unpriced: Whole
  partial: Whole
}

export interface KeyTable {
  name: string
  digest: string
  last_four: string
  /** Unix times in milliseconds. */
  created_at: Whole
  expires_at: Whole | null
  revoked_at: Whole | null
}

/** What the holder of a key may use. */
export interface KeyLimitsTable {
  digest: string
  /** JSON. */
  limits: string
}

/** What was used of a limit in a window, and what is reserved. */
export interface LimitCounterTable {
  counter: string
  used: Whole
  /** The limit that was last asked for. */
  cap: Whole
  expires: Whole
}

export interface LimitReservationTable {
  id: string
  until_time: Whole
  /** JSON. */
  claims: string
}

export interface Tables {
  key_limits: KeyLimitsTable
  keys: KeyTable
  ledger: LedgerTable
  limit_counters: LimitCounterTable
  limit_reservations: LimitReservationTable
  usage_by_day: UsageTable
}
