import type { Message } from '../core/prompt.ts'
import { weigh } from '../core/weigh.ts'

export interface ConversationLimits {
  /** Conversations. */
  maxEntries: number
  /** Of all conversations together, roughly. */
  maxBytes: number
  /** Milliseconds from the end of the last answer. */
  lifetime: number
}

const LIMITS: ConversationLimits = { maxEntries: 500, maxBytes: 64 * 1024 * 1024, lifetime: 24 * 60 * 60_000 }

interface Entry {
  messages: readonly Message[]
  bytes: number
  expiry: NodeJS.Timeout
}

/** Keeps conversations in memory, those used last as far as there is room; nothing of them is ever written to disk. */
export class ConversationStore {
  readonly #limits: ConversationLimits
  /** The one used longest ago first. */
  readonly #entries = new Map<string, Entry>()
  readonly #busy = new Set<string>()
  #bytes = 0

  constructor(limits: Partial<ConversationLimits> = {}) {
    this.#limits = { ...LIMITS, ...limits }
  }

  /** The messages of a conversation up to its last answer; undefined for one that is new, or forgotten. */
  find(name: string): readonly Message[] | undefined {
    return this.#entries.get(name)?.messages
  }

  /**
   * Claims a conversation for one request, until the function returned is called.
   * @returns undefined while another request has it
   */
  claim(name: string): (() => void) | undefined {
    if (this.#busy.has(name)) return undefined
    this.#busy.add(name)
    return () => void this.#busy.delete(name)
  }

  keep(name: string, messages: readonly Message[]): void {
    this.#remove(name)
    const bytes = weigh(messages)
    if (bytes > this.#limits.maxBytes) return
    const expiry = setTimeout(() => this.#remove(name), this.#limits.lifetime).unref()
    this.#entries.set(name, { messages, bytes, expiry })
    this.#bytes += bytes
    for (const oldest of this.#entries.keys()) {
      if (this.#entries.size <= this.#limits.maxEntries && this.#bytes <= this.#limits.maxBytes) break
      this.#remove(oldest)
    }
  }

  #remove(name: string): void {
    const entry = this.#entries.get(name)
    if (entry === undefined) return
    clearTimeout(entry.expiry)
    this.#bytes -= entry.bytes
    this.#entries.delete(name)
  }
}
