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
}

/** Knows the requests for an answer that are running, and counts those that were. */
export class RequestRegistry {
  readonly #running = new Set<{ id: string; model: string; stream: boolean; since: number }>()
  readonly #counters = { total: 0, failed: 0, cancelled: 0 }

  /** @returns to be called once, when the request is over; further calls do nothing */
  begin(request: { id: string; model: string; stream: boolean }): (outcome: Outcome) => void {
    const entry = { ...request, since: Date.now() }
    this.#running.add(entry)
    this.#counters.total++
    return (outcome) => {
      if (this.#running.delete(entry) && outcome !== 'ok') this.#counters[outcome]++
    }
  }

  /** The running requests, the oldest first, and the counters. */
  snapshot(): RequestCounts {
    const now = Date.now()
    const inFlight = [...this.#running].map(({ since, ...request }) => ({ ...request, age: now - since }))
    return { inFlight, ...this.#counters }
  }
}
