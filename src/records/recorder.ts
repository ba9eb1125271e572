import { type Arrival, OpenRecord, type RecordWatch } from './open-record.ts'
import type { RecordSink, RequestRecord } from './record.ts'
import type { RequestInFlight } from './request-in-flight.ts'
import { type RequestCounts, Running } from './running.ts'

export interface RecorderOptions {
  sinks: readonly RecordSink[]
  /** Hears of a sink that broke its word and threw. */
  onFault(error: unknown): void
}

/** Follows each request from its arrival to its one record, which every sink gets. */
export class Recorder {
  readonly #options: RecorderOptions
  readonly #running = new Running()
  readonly #watch: RecordWatch = {
    onAsked: (record) => this.#running.enter(record),
    onLane: (lane) => this.#running.countLane(lane),
    onOutcome: (record, outcome) => this.#running.leave(record, outcome),
    onEnded: (record) => this.#tell(record),
  }

  constructor(options: RecorderOptions) {
    this.#options = options
  }

  begin(arrival: Arrival): OpenRecord {
    return new OpenRecord(arrival, this.#watch)
  }

  /** Of the requests for an answer. */
  counts(): RequestCounts {
    return this.#running.snapshot()
  }

  /** Those that run, for whoever runs the daemon. */
  inFlight(): RequestInFlight[] {
    return this.#running.inFlight()
  }

  /** @returns how many requests of this id were ended */
  stop(requestId: string): number {
    return this.#running.stop(requestId)
  }

  #tell(record: RequestRecord): void {
    for (const sink of this.#options.sinks) {
      try {
        sink.record(record)
      } catch (error) {
        // The others get it all the same.
        this.#options.onFault(error)
      }
    }
  }
}
