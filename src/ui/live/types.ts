/** What `GET /v1/daemon` and its stream of events tell, by topic. Times are Unix times in milliseconds. */
export interface Topics {
  daemon: DaemonInfo
  engine: EngineInfo
  processes: ProcessInfo[]
  requests: RunningRequest[]
  counts: Counts
  errors: Fault[]
  capture: CaptureState
  ledger: LedgerInfo | null
  limits: Limit[] | null
}

export interface DaemonInfo {
  instance: string
  version: string
  pid: number
  started_at: number
  url: string
  default_model: string | null
  models: number
}

export interface EngineInfo {
  name: string
  mode: 'native' | 'plain'
  ready: boolean
  degraded: string | null
  fault: string | null
  opencode: { version: string; misfit: string | null }
  pool: {
    idle: number
    starting: number
    busy: number
    stopping: number
    queued: number
    max_size: number
    max_queue: number
    draining: boolean
    failure: string | null
  }
  last_start_ms: number | null
}

export interface ProcessInfo {
  pid: number
  state: string
  requests: number
  fresh: boolean
  started_at: number
  memory: number | null
}

export interface RunningRequest {
  id: string
  started_at: number
  client: string | null
  program: string
  path: string
  format: string | null
  streamed: boolean
  model: string
  engine: string | null
  lane: string | null
  failed_models: number
  tokens: number
  first_token_ms: number | null
  tokens_per_second: number | null
}

export interface Counts {
  total: number
  failed: number
  cancelled: number
  in_flight: number
  lanes: Record<string, number>
}

export interface Fault {
  request_id: string
  time: number
  client: string | null
  model: string | null
  path: string
  code: string
  status: number
  advice: string
}

export interface CaptureState {
  on: boolean
  until: number | null
  kept: number
  bytes: number
}

export interface LedgerInfo {
  written: number
  pending: number
  lost: number
  fault?: string
}

/** What somebody may use, and how much of it is used. */
export interface Limit {
  /** Whose it is: a key's name, a client, or the daemon's. */
  name: string
  what: 'requests' | 'tokens' | 'cost' | 'running'
  /** `minute`, `day`, `month`; empty for what never ends. */
  window: string
  /** Decimal numbers; costs are USD. */
  used: string
  limit: string
}

export interface LogLine {
  number: number
  time: number
  level: 'error' | 'warn' | 'info' | 'debug'
  text: string
}
