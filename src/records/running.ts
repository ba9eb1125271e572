import type { Lane } from '../core/lane.ts'
import type { OpenRecord } from './open-record.ts'
import type { Outcome } from './record.ts'
import type { RequestInFlight } from './request-in-flight.ts'

export interface RunningRequest {
  id: string
  model: string
  /** Milliseconds since it began. */
  age: number
  stream: boolean
}

/** Counted since the start of the daemon; `total` includes the running ones. */
export interface RequestCounts {
  inFlight: RunningRequest[]
  total: number
  failed: number
  cancelled: number
  /** By the way that requests took; one that fell back counts for each model that was asked. */
  lanes: Record<Lane, number>
}

/** Knows the requests for an answer that are running, and counts those that were. */
export class Running {
  readonly #records = new Set<OpenRecord>()
  readonly #counters = { total: 0, failed: 0, cancelled: 0 }
  readonly #lanes: Record<Lane, number> = { verbatim: 0, translated: 0, session: 0 }

  enter(record: OpenRecord): void {
    this.#records.add(record)
    this.#counters.total++
  }

  leave(record: OpenRecord, { type }: Outcome): void {
    if (!this.#records.delete(record) || type === 'finished') return
    this.#counters[type === 'cancelled' ? 'cancelled' : 'failed']++
  }

  countLane(lane: Lane): void {
    this.#lanes[lane]++
  }

  /** The running requests, the oldest first, and the counters. */
  snapshot(): RequestCounts {
    const now = Date.now()
    const inFlight = Array.from(this.#records, (record) => ({
      id: record.requestId,
      model: record.model!.id,
      stream: record.streamed,
      age: now - record.startedAt,
    }))
    return { inFlight, ...this.#counters, lanes: { ...this.#lanes } }
  }

  /** All that is known of the running requests, the oldest first. */
  inFlight(): RequestInFlight[] {
    return Array.from(this.#records, (record) => record.inFlight())
  }

  /** Ends the requests of this id, which a client may have chosen twice; returns how many there were. */
  stop(requestId: string): number {
    const meant = [...this.#records].filter((record) => record.requestId === requestId && record.stop !== undefined)
    for (const record of meant) record.stop!()
    return meant.length
  }
}
