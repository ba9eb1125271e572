import { weigh } from '../core/weigh.ts'
import type { InputItem } from '../protocols/responses/item-schema.ts'
import { asInput } from '../protocols/responses/keepable.ts'
import type { KeptItem, KeptResponse, ResponseKeeper } from '../protocols/responses/memory.ts'
import type { JsonResponse } from '../protocols/responses/shapes.ts'

export interface ResponseStoreLimits {
  /** Responses. */
  maxEntries: number
  /** Of all responses together, roughly. */
  maxBytes: number
  /** Milliseconds from the end of a response. */
  lifetime: number
}

const LIMITS: ResponseStoreLimits = { maxEntries: 500, maxBytes: 64 * 1024 * 1024, lifetime: 30 * 60_000 }

/** What is over and kept for one client. */
export interface KeptResponses {
  find(id: string): KeptResponse | undefined
  /** Finds an item, of the input or the output of a response. */
  findItem(id: string): InputItem | undefined
}

/** What is kept for one client. */
export interface ClientResponses extends KeptResponses {
  /** Finds a response, also one that is running. */
  get(id: string): KeptResponse | undefined
  /**
   * Follows one request.
   * @param abort ends its response
   */
  follow(abort: () => void): FollowedRequest
  /**
   * Ends a running response.
   * @returns it, or undefined when none of this id is running
   */
  cancel(id: string): JsonResponse | undefined
  /** Forgets a response, and ends it if it is running. Returns whether there was one. */
  delete(id: string): boolean
}

/** What a request's format tells of its response. */
export interface FollowedRequest extends KeptResponses, ResponseKeeper {
  /** To be called when nothing is to be kept of it; does nothing to a response that is over. */
  discard(): void
}

interface Entry extends KeptResponse {
  client: string
  bytes: number
  expiry: NodeJS.Timeout
}

interface Running extends KeptResponse {
  abort(): void
}

/** Keeps responses in memory for a while, the newest as far as there is room; nothing of them is ever written to disk. */
export class ResponseStore {
  readonly #limits: ResponseStoreLimits
  /** By client and id, the oldest first. */
  readonly #entries = new Map<string, Entry>()
  readonly #running = new Map<string, Running>()
  /** Of all responses that are over, by client and id, with the number of responses that have them. */
  readonly #items = new Map<string, { item: InputItem; holders: number }>()
  #bytes = 0

  constructor(limits: Partial<ResponseStoreLimits> = {}) {
    this.#limits = { ...LIMITS, ...limits }
  }

  /** What is kept for one client; another never finds it. */
  of(client: string): ClientResponses {
    const key = (id: string) => `${client} ${id}`
    return {
      find: (id) => this.#entries.get(key(id)),
      get: (id) => this.#entries.get(key(id)) ?? this.#running.get(key(id)),
      findItem: (id) => this.#items.get(key(id))?.item,
      follow: (abort) => this.#follow(client, abort),
      cancel: (id) => this.#cancel(client, id),
      delete: (id) => this.#delete(key(id)),
    }
  }

  #follow(client: string, abort: () => void): FollowedRequest {
    let id = ''
    const { find, findItem } = this.of(client)
    return {
      find,
      findItem,
      begin: (kept) => {
        id = kept.response.id
        this.#running.set(`${client} ${id}`, { ...kept, abort })
      },
      end: (response, output) => this.#end(client, response, output),
      discard: () => void this.#running.delete(`${client} ${id}`),
    }
  }

  #cancel(client: string, id: string): JsonResponse | undefined {
    const running = this.#running.get(`${client} ${id}`)
    if (running === undefined) return undefined
    const cancelled: JsonResponse = { ...running.response, status: 'cancelled' }
    this.#end(client, cancelled)
    running.abort()
    return cancelled
  }

  #delete(key: string): boolean {
    const running = this.#running.get(key)
    this.#running.delete(key)
    running?.abort()
    return this.#remove(key) || running !== undefined
  }

  #end(client: string, response: JsonResponse, output?: KeptItem[] | undefined): void {
    const key = `${client} ${response.id}`
    const running = this.#running.get(key)
    if (running === undefined) return
    this.#running.delete(key)
    const { input, raw } = running
    const bytes = weigh(response) + weigh(input) + weigh(raw ?? null) + weigh(output ?? null)
    if (bytes > this.#limits.maxBytes) return

    const expiry = setTimeout(() => this.#remove(key), this.#limits.lifetime)
    expiry.unref()
    const entry = { response, input, client, ...(raw && { raw }), ...(output && { output }), bytes, expiry }
    this.#entries.set(key, entry)
    for (const item of itemsOf(entry)) {
      if (!item.id) continue
      const itemKey = `${client} ${item.id}`
      this.#items.set(itemKey, { item, holders: (this.#items.get(itemKey)?.holders ?? 0) + 1 })
    }
    this.#bytes += bytes
    for (const oldest of this.#entries.keys()) {
      if (this.#entries.size <= this.#limits.maxEntries && this.#bytes <= this.#limits.maxBytes) break
      this.#remove(oldest)
    }
  }

  #remove(key: string): boolean {
    const entry = this.#entries.get(key)
    if (entry === undefined) return false
    clearTimeout(entry.expiry)
    this.#bytes -= entry.bytes
    for (const { id } of itemsOf(entry)) if (id) this.#release(`${entry.client} ${id}`)
    return this.#entries.delete(key)
  }

  #release(key: string): void {
    const held = this.#items.get(key)
    if (held !== undefined && --held.holders === 0) this.#items.delete(key)
  }
}

/** What the model was given and said, the latter last. */
function itemsOf({ input, output, response }: KeptResponse): InputItem[] {
  return [...input, ...(output ?? response.output).map(asInput)]
}
