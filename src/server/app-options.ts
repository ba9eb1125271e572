import type { LimitGate } from '../access/limits/limit-gate.ts'
import type { KeySources } from '../access/key-sources.ts'
import type { ManagedKeys } from '../access/managed-keys.ts'
import type { Config } from '../config/schema.ts'
import type { Embedders } from '../core/embedding.ts'
import type { SearchService } from '../core/search.ts'
import type { Engine } from '../engines/engine.ts'
import type { FetchOptions } from '../exchange/remote-files/fetch-one.ts'
import type { GenerationSettings } from '../generation/generate.ts'
import type { LogTail } from '../live/log-tail.ts'
import type { Books } from '../records/ledger/books.ts'
import type { PriceBook } from '../records/pricing/price-book.ts'
import type { WriteStatus } from '../records/write-queue.ts'
import type { Metrics } from '../records/metrics/metrics.ts'
import type { RecentRecords } from '../records/recent.ts'
import type { Recorder } from '../records/recorder.ts'
import type { Redactor } from '../redaction/redactor.ts'
import type { ReasoningStore } from '../storage/reasoning-store.ts'
import type { OnDefect } from './event-record.ts'
import type { PlanSources } from './plan-routes.ts'
import type { SessionBackend } from './sessions/backend.ts'

export interface AppOptions {
  engine: Pick<Engine, 'name' | 'models' | 'formOf' | 'open' | 'status'>
  config: AppConfig
  /** What answers held that clients may leave out of their histories. */
  reasoning: ReasoningStore
  /** opencode's own session API. */
  sessions: SessionBackend
  instance: Instance
  /** Follows each request. */
  recorder: Recorder
  /** What the recorder has told of late. */
  recent: RecentRecords
  /** The last lines of the log. */
  log: LogTail
  onDefect: OnDefect
  /** Which way the keys of tokens are asked for. */
  fetch?: typeof globalThis.fetch
  /** Keys that may change; none where the configuration names no source of one. */
  keySources?: KeySources
  /** Keys that are made and ended while the daemon runs; none where it does not ask for them. */
  managedKeys?: ManagedKeys
  /** Makes one for a client; undefined for a name that is in use. Absent where there are none. */
  makeKey?(name: string): Promise<string | undefined>
  /** Providers of the configuration that turn texts into vectors. */
  embedders?: Embedders
  /** Of what requests used; none where none are kept. */
  books?: Books
  /** How the records get on that go elsewhere; absent where none do. */
  audit?(): WriteStatus
  /** For Prometheus; none where they are switched off. */
  metrics?: Pick<Metrics, 'text' | 'contentType'>
  /** What tokens cost; absent where no answer need say so. */
  prices?: PriceBook
  /** Replaces what is to leave in no prompt; none where nothing is. */
  redactor?: Redactor
  /** Searches the web for models whose providers cannot; absent where none is configured. */
  search?: SearchService
  /** How files and pages of the web are fetched, where that is not the usual way. */
  agentFor?: FetchOptions['agentFor']
  /** What clients may use. */
  limits?: LimitGate
  /** What is known of the providers' plans. */
  plans?: PlanSources
  /** Aborted when the daemon is to stop: what would never end by itself ends then. */
  stopping?: AbortSignal
}

export type AppConfig = Pick<
  Config,
  | 'apiKeys'
  | 'apiKeySources'
  | 'managedKeys'
  | 'serverPassword'
  | 'jwtSecret'
  | 'jwksUrl'
  | 'jwtIssuer'
  | 'jwtAudience'
  | 'jwtWithoutExpiry'
  | 'maxPromptLength'
  | 'corsOrigins'
  | 'maxBodyBytes'
  | 'uploadTimeout'
  | 'heartbeatInterval'
  | 'strict'
  | 'lane'
  | 'userSessions'
  | 'allowRemoteFiles'
  | 'aliases'
  | 'defaultModels'
  | 'answerCosts'
  | keyof GenerationSettings
>

/** The daemon that the app belongs to. */
export interface Instance {
  version: string
  pid: number
  /** Unique for each start, so that nobody takes a stranger with the same pid for it. */
  id: string
  /** `Date.now()` at the start. */
  startedAt: number
  /** The base URL, which is known only once the server listens. */
  url(): string
}
