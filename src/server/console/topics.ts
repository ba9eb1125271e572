import type { Engine, EngineStatus, ProcessStatus } from '../../engines/engine.ts'
import type { Captures } from '../../live/captures.ts'
import type { Topics } from '../../live/pulse.ts'
import { defaultModel, type ModelNames } from '../../models/names.ts'
import type { Books } from '../../records/ledger/books.ts'
import { programOf } from '../../records/ledger/rows.ts'
import type { RecentRecords } from '../../records/recent.ts'
import type { RequestRecord } from '../../records/record.ts'
import type { Recorder } from '../../records/recorder.ts'
import type { RequestInFlight } from '../../records/request-in-flight.ts'
import type { Instance } from '../app-options.ts'
import { adviceOn } from './advice.ts'
import type { LimitLevels } from './limit-levels.ts'

export interface TopicsOptions {
  engine: Pick<Engine, 'status'>
  instance: Instance
  recorder: Recorder
  recent: RecentRecords
  captures: Captures
  modelNames(): ModelNames
  books?: Books
  limits?: LimitLevels
}

/** Bytes of the steps in which memory is told: what changes by less is no news. */
const MEMORY_STEP = 1024 * 1024

/** What is to be told of the daemon now. Nothing in it changes by time alone, so that what stays the same is not told again. */
export async function lookAround({ engine, instance, recorder, recent, captures, modelNames, books, limits }: TopicsOptions): Promise<Topics> {
  const status = await engine.status()
  const names = modelNames()
  const { inFlight, ...counts } = recorder.counts()
  return {
    daemon: {
      instance: instance.id,
      version: instance.version,
      pid: instance.pid,
      started_at: instance.startedAt,
      url: instance.url(),
      default_model: names.models.length === 0 ? null : defaultModel(names),
      models: names.models.length,
    },
    engine: describeEngine(status),
    processes: status.processes.map(describeProcess),
    requests: recorder.inFlight().map(describeRequest),
    counts: { ...counts, in_flight: inFlight.length },
    errors: recent.faults().map(describeFault),
    capture: captures.state(),
    ledger: books?.status() ?? null,
    limits: (await limits?.look()) ?? null,
  }
}

function describeEngine({ name, mode, ready, degraded, fault, opencode, pool, lastStart }: EngineStatus): object {
  return {
    name,
    mode,
    ready,
    degraded: degraded ?? null,
    fault: fault ?? null,
    opencode: { version: opencode.version, misfit: opencode.misfit ?? null },
    pool: {
      idle: pool.idle,
      starting: pool.starting,
      busy: pool.acquired,
      stopping: pool.stopping,
      queued: pool.queued,
      max_size: pool.maxSize,
      max_queue: pool.maxQueue,
      draining: pool.draining,
      failure: pool.failure ?? null,
    },
    last_start_ms: lastStart?.ready ?? null,
  }
}

function describeProcess({ pid, state, requests, fresh, age, memory }: ProcessStatus): object {
  return {
    pid,
    state,
    requests,
    fresh,
    // To the second: two looks differ by a millisecond or so.
    started_at: Math.round((Date.now() - age) / 1000) * 1000,
    memory: memory === undefined ? null : Math.round(memory / MEMORY_STEP) * MEMORY_STEP,
  }
}

/** A running request, for clients of `/v1/daemon`. */
export function describeRequest(request: RequestInFlight): object {
  return {
    id: request.requestId,
    started_at: request.startedAt,
    client: request.client ?? null,
    program: programOf(request.userAgent),
    path: request.path,
    format: request.format ?? null,
    streamed: request.streamed,
    model: request.model,
    engine: request.engine ?? null,
    lane: request.lane ?? null,
    failed_models: request.failedModels,
    tokens: request.tokens,
    first_token_ms: request.firstToken ?? null,
    tokens_per_second: request.tokensPerSecond ?? null,
  }
}

function describeFault(record: RequestRecord): object {
  const { requestId, startedAt, client, model, modelAsked, path, outcome } = record
  return {
    request_id: requestId,
    time: startedAt,
    client: client ? (client.name ?? client.id) : null,
    model: model ?? modelAsked ?? null,
    path,
    code: 'code' in outcome ? outcome.code : '',
    status: 'status' in outcome ? outcome.status : 0,
    advice: adviceOn(record),
  }
}
