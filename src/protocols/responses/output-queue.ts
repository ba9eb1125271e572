import type { OutputItem } from './streamed-item.ts'
import type { EventBody, FinalStatus, JsonItem } from './shapes.ts'

interface Entry {
  item: OutputItem
  /** What happened to it before its turn. */
  held: EventBody[]
  /** How it was closed. */
  closed?: FinalStatus
}

/**
 * Tells of one item at a time, in the order in which they began. An item that begins while the one before is not
 * complete waits, and so do its events.
 */
export class OutputQueue {
  readonly #entries: Entry[] = []
  /** The one whose turn it is. */
  #current = 0

  get length(): number {
    return this.#entries.length
  }

  /** The item that began last. */
  get newest(): OutputItem | undefined {
    return this.#entries.at(-1)?.item
  }

  /** Adds an item at the end. */
  begin(item: OutputItem): EventBody[] {
    this.#entries.push({ item, held: item.open() })
    return this.#entries.length - 1 === this.#current ? this.#release() : this.#advance()
  }

  /** Tells of something that happened to an item, or will when it is its turn. */
  tell(item: OutputItem, events: EventBody[]): EventBody[] {
    const index = this.#entries.findLastIndex((entry) => entry.item === item)
    if (index !== this.#current) {
      this.#entries[index]!.held.push(...events)
      return []
    }
    return [...events, ...this.#advance()]
  }

  /** Closes what is open and tells of what waits; only the last item can be incomplete. */
  end(lastStatus: FinalStatus): EventBody[] {
    const events: EventBody[] = []
    for (; this.#current < this.#entries.length; this.#current++) {
      const last = this.#current === this.#entries.length - 1
      events.push(...this.#release(), ...this.#close(last ? lastStatus : 'completed'))
    }
    return events
  }

  /** All items; those that were not closed are incomplete. */
  snapshot(): JsonItem[] {
    return this.#entries.map(({ item, closed = 'incomplete' }) => item.snapshot(closed))
  }

  /** The same with what the client did not ask for. */
  kept(): JsonItem[] {
    return this.#entries.map(({ item, closed = 'incomplete' }) => item.kept(closed))
  }

  /** Closes the item whose turn it was, if it is complete, for the sake of those that wait. */
  #advance(): EventBody[] {
    const events: EventBody[] = []
    while (this.#current < this.#entries.length - 1 && this.#entries[this.#current]!.item.complete) {
      events.push(...this.#close('completed'))
      this.#current++
      events.push(...this.#release())
    }
    return events
  }

  #close(status: FinalStatus): EventBody[] {
    const entry = this.#entries[this.#current]!
    entry.closed = status
    return entry.item.close(status)
  }

  #release(): EventBody[] {
    return this.#entries[this.#current]!.held.splice(0)
  }
}
