import type { SessionServerStatus } from '../core/session-server-status.ts'
import type { Engine, EngineStatus } from '../engines/engine.ts'
import type { Books } from '../records/ledger/books.ts'
import type { WriteStatus } from '../records/write-queue.ts'
import type { Recorder } from '../records/recorder.ts'
import type { RequestCounts } from '../records/running.ts'
import type { ReasoningStore, StoreSize } from '../storage/reasoning-store.ts'
import type { Instance } from './app-options.ts'
import type { SessionBackend } from './sessions/backend.ts'
import { defaultModel, type ModelNames } from '../models/names.ts'

/** The answer of `GET /status`. */
export interface DaemonStatus {
  version: string
  pid: number
  /** Unique for each start of the daemon. */
  instance: string
  /** Milliseconds. */
  uptime: number
  url: string
  engine: EngineStatus
  requests: RequestCounts
  /** What is kept of answers for clients that leave it out of their histories. */
  reasoning: StoreSize
  /** The books of requests; null where none are kept. */
  ledger: WriteStatus | null
  /** Of the records that go elsewhere; null where none do. */
  audit: WriteStatus | null
  /** The server of opencode's sessions; null where none has been needed. */
  sessions: SessionServerStatus | null
  /** Answers requests for no model; null when there is no model at all. */
  defaultModel: string | null
}

export interface StatusOptions {
  engine: Pick<Engine, 'status'>
  instance: Instance
  reasoning: ReasoningStore
  recorder: Recorder
  sessions: SessionBackend
  books?: Books
  audit?(): WriteStatus
  modelNames(): ModelNames
}

/** What the daemon is doing, for people and for our own CLI. */
export async function daemonStatus({ engine, instance, reasoning, recorder, sessions, books, audit, modelNames }: StatusOptions): Promise<DaemonStatus> {
  const names = modelNames()
  return {
    version: instance.version,
    pid: instance.pid,
    instance: instance.id,
    uptime: Date.now() - instance.startedAt,
    url: instance.url(),
    engine: await engine.status(),
    requests: recorder.counts(),
    reasoning: await reasoning.size(),
    ledger: books?.status() ?? null,
    audit: audit?.() ?? null,
    sessions: sessions.status?.() ?? null,
    defaultModel: names.models.length === 0 ? null : defaultModel(names),
  }
}
