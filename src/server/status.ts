import type { SessionServerStatus } from '../core/session-server-status.ts'
import type { EngineStatus } from '../engines/engine.ts'
import type { RequestCounts } from '../records/running.ts'
import type { StoreSize } from '../storage/reasoning-store.ts'
import { modelNames, type Services } from './app-options.ts'
import { defaultModel } from '../models/names.ts'

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
  /** The server of opencode's sessions; null where none has been needed. */
  sessions: SessionServerStatus | null
  /** Answers requests for no model; null when there is no model at all. */
  defaultModel: string | null
}

/** What the daemon is doing, for people and for our own CLI. */
export async function daemonStatus(services: Services): Promise<DaemonStatus> {
  const { engine, instance, reasoning, recorder, sessions } = services
  const names = modelNames(services)
  return {
    version: instance.version,
    pid: instance.pid,
    instance: instance.id,
    uptime: Date.now() - instance.startedAt,
    url: instance.url(),
    engine: await engine.status(),
    requests: recorder.counts(),
    reasoning: await reasoning.size(),
    sessions: sessions.status?.() ?? null,
    defaultModel: names.models.length === 0 ? null : defaultModel(names),
  }
}
