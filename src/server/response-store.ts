import type { InputItem } from '../protocols/responses/item-schema.ts'
import type { KeptItem, KeptResponse, ResponseMemory } from '../protocols/responses/memory.ts'
import type { WireResponse } from '../protocols/responses/wire.ts'
import { weigh } from './weigh.ts'

export interface ResponseStoreLimits {
  /** Responses. */
  maxEntries: number
  /** Of all responses together, roughly. */
  maxBytes: number
  /** Milliseconds from the end of a response. */
  lifetime: number
}

const LIMITS: ResponseStoreLimits = { maxEntries: 500, maxBytes: 64 * 1024 * 1024, lifetime: 30 * 60_000 }

interface Entry extends KeptResponse {
  bytes: number
  expiry: NodeJS.Timeout
}

interface Running extends KeptResponse {
  abort(): void
}

/** Keeps responses in memory for a while, the newest as far as there is room; nothing of them is ever written to disk. */
export class ResponseStore {
  readonly #limits: ResponseStoreLimits
  /** The oldest first. */
  readonly #entries = new Map<string, Entry>()
  readonly #running = new Map<string, Running>()
  /** Of all responses that are over, by their ids, with the number of responses that have them. */
  readonly #items = new Map<string, { item: InputItem; holders: number }>()
  #bytes = 0

  constructor(limits: Partial<ResponseStoreLimits> = {}) {
    this.#limits = { ...LIMITS, ...limits }
  }

  /** Finds a response that is over. */
  find(id: string): KeptResponse | undefined {
    return this.#entries.get(id)
  }

  /** Finds a response, also one that is running. */
  get(id: string): KeptResponse | undefined {
    return this.#entries.get(id) ?? this.#running.get(id)
  }

  /** Finds an item, of the input or the output of a response that is over. */
  findItem(id: string): InputItem | undefined {
    return this.#items.get(id)?.item
  }

  /**
   * Follows one request.
   * @param abort ends its response
   * @returns what its wire format tells of the response, and `discard`, to be called when nothing is to be kept of it;
   *   that does nothing to a response that is over
   */
  follow(abort: () => void): ResponseMemory & { discard(): void } {
    let id = ''
    return {
      find: (previous) => this.find(previous),
      findItem: (item) => this.findItem(item),
      begin: (kept) => {
        id = kept.response.id
        this.#running.set(id, { ...kept, abort })
      },
      end: (response, output) => this.#end(response, output),
      discard: () => void this.#running.delete(id),
    }
  }

  /**
   * Ends a running response.
   * @returns it, or undefined when none of this id is running
   */
  cancel(id: string): WireResponse | undefined {
    const running = this.#running.get(id)
    if (running === undefined) return undefined
    const cancelled: WireResponse = { ...running.response, status: 'cancelled' }
    this.#end(cancelled)
    running.abort()
    return cancelled
  }

  /** Forgets a response, and ends it if it is running. Returns whether there was one. */
  delete(id: string): boolean {
    const running = this.#running.get(id)
    this.#running.delete(id)
    running?.abort()
    return this.#remove(id) || running !== undefined
  }

  #end(response: WireResponse, output?: KeptItem[] | undefined): void {
    const running = this.#running.get(response.id)
    if (running === undefined) return
    this.#running.delete(response.id)
    const { input, raw } = running
    const bytes = weigh(response) + weigh(input) + weigh(raw ?? null) + weigh(output ?? null)
    if (bytes > this.#limits.maxBytes) return

    const expiry = setTimeout(() => this.#remove(response.id), this.#limits.lifetime)
    expiry.unref()
    const entry = { response, input, ...(raw && { raw }), ...(output && { output }), bytes, expiry }
    this.#entries.set(response.id, entry)
    for (const item of itemsOf(entry)) if (item.id) this.#items.set(item.id, { item, holders: (this.#items.get(item.id)?.holders ?? 0) + 1 })
    this.#bytes += bytes
    for (const oldest of this.#entries.keys()) {
      if (this.#entries.size <= this.#limits.maxEntries && this.#bytes <= this.#limits.maxBytes) break
      this.#remove(oldest)
    }
  }

  #remove(id: string): boolean {
    const entry = this.#entries.get(id)
    if (entry === undefined) return false
    clearTimeout(entry.expiry)
    this.#bytes -= entry.bytes
    for (const item of itemsOf(entry)) this.#release(item)
    return this.#entries.delete(id)
  }

  #release({ id }: InputItem): void {
    const held = id ? this.#items.get(id) : undefined
    if (!id || held === undefined) return
    if (--held.holders === 0) this.#items.delete(id)
  }
}

/** What the model was given and said, the latter last. */
function itemsOf({ input, output, response }: KeptResponse): InputItem[] {
  return [...input, ...(output ?? response.output)]
}
