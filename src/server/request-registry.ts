import type { Lane } from '../core/lane.ts'
import type { Outcome } from './request-trace.ts'

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
export class RequestRegistry {
  /** Each with the time of its beginning. */
  readonly #running = new Map<Omit<RunningRequest, 'age'>, number>()
  readonly #counters = { total: 0, failed: 0, cancelled: 0 }
  readonly #lanes: Record<Lane, number> = { verbatim: 0, translated: 0, session: 0 }

  /**
   * @param request kept as it is, so that its model may change
   * @returns to be called once, when the request is over; further calls do nothing
   */
  begin(request: Omit<RunningRequest, 'age'>): (outcome: Outcome) => void {
    this.#running.set(request, Date.now())
    this.#counters.total++
    return (outcome) => {
      if (this.#running.delete(request) && outcome !== 'ok') this.#counters[outcome]++
    }
  }

  countLane(lane: Lane): void {
    this.#lanes[lane]++
  }

  /** The running requests, the oldest first, and the counters. */
  snapshot(): RequestCounts {
    const now = Date.now()
    const inFlight = [...this.#running].map(([request, since]) => ({ ...request, age: now - since }))
    return { inFlight, ...this.#counters, lanes: { ...this.#lanes } }
  }
}
