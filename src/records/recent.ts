import type { RecordSink, RequestRecord } from './record.ts'

/** Records that are kept, and failed ones among them that are told of. */
const MAX_RECORDS = 500
const MAX_FAULTS = 30

/** Of a path, which is as long as its client likes. Characters. */
const MAX_PATH = 200

/** Keeps the last records in memory: what no ledger has of a request, and what went wrong. */
export class RecentRecords implements RecordSink {
  /** By arrival in here; the oldest first. */
  readonly #records: RequestRecord[] = []
  #faults: readonly RequestRecord[] = []

  record(record: RequestRecord): void {
    // Listings and pages are no news.
    if (record.format === undefined && !isFault(record)) return
    const kept = { ...record, path: record.path.slice(0, MAX_PATH) }
    this.#records.push(kept)
    if (this.#records.length > MAX_RECORDS) this.#records.shift()
    if (isFault(kept)) this.#faults = [kept, ...this.#faults].slice(0, MAX_FAULTS)
  }

  /** The newest of this id, which a client may have chosen twice. */
  find(requestId: string): RequestRecord | undefined {
    return this.#records.findLast((record) => record.requestId === requestId)
  }

  /** Those that failed, the newest first; the list stays the same until there is another. */
  faults(): readonly RequestRecord[] {
    return this.#faults
  }
}

/** What somebody may want to do something about: not that a page asked for an icon. */
function isFault({ outcome, format }: RequestRecord): boolean {
  if (outcome.type !== 'error' && outcome.type !== 'timeout') return false
  return format !== undefined || outcome.status >= 500
}
