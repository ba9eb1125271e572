import { LRUCache } from 'lru-cache'
import { weigh } from '../../core/weigh.ts'
import type { KeptAnswer, ReasoningStore } from '../reasoning-store.ts'

export interface ReasoningLimits {
  /** Of all entries together, roughly. Nothing is kept where it is 0. */
  maxBytes: number
  /** An answer is one, and so is each token's origin. Nothing is kept where it is 0. */
  maxEntries: number
  /** Milliseconds since an entry was used last. */
  lifetime: number
}

/** Answers of one key, which only repeated conversations with new ids or another system prompt have more than one of. */
const MOST_ANSWERS = 8

type Entry = { answers: readonly KeptAnswer[] } | { origins: readonly string[] }

/** Keeps it in this process, what was used last as far as there is room; nothing of it is ever written to disk. */
export function memoryReasoningStore({ maxBytes, maxEntries, lifetime }: ReasoningLimits): ReasoningStore {
  if (maxBytes === 0 || maxEntries === 0) return nothingKept
  const cache = new LRUCache<string, Entry>({
    max: maxEntries,
    maxSize: maxBytes,
    sizeCalculation: (entry, key) => weigh(entry) + weigh(key),
    ttl: lifetime,
    updateAgeOnGet: true,
    // What nobody asks for again goes as well.
    ttlAutopurge: true,
  })
  const answersOf = (key: string): readonly KeptAnswer[] => {
    const entry = cache.get(`answer ${key}`)
    return entry && 'answers' in entry ? entry.answers : []
  }
  const originsOf = (key: string): readonly string[] => {
    const entry = cache.get(`origin ${key}`)
    return entry && 'origins' in entry ? entry.origins : []
  }
  return {
    keepAnswer: async (key, answer) => {
      const others = answersOf(key).filter((other) => !isSame(other, answer))
      cache.set(`answer ${key}`, { answers: [...others, answer].slice(-MOST_ANSWERS) })
    },
    findAnswers: async (keys) => keys.map(answersOf),
    keepOrigins: async (keys, origin) => {
      for (const key of keys) cache.set(`origin ${key}`, { origins: [...new Set([...originsOf(key), origin])].slice(0, 2) })
    },
    findOrigins: async (keys) => keys.map((key) => (originsOf(key).length === 1 ? originsOf(key)[0] : undefined)),
    size: async () => ({ entries: cache.size, bytes: cache.calculatedSize }),
  }
}

const nothingKept: ReasoningStore = {
  keepAnswer: async () => {},
  findAnswers: async (keys) => keys.map(() => []),
  keepOrigins: async () => {},
  findOrigins: async (keys) => keys.map(() => undefined),
  size: async () => ({ entries: 0, bytes: 0 }),
}

function isSame(one: KeptAnswer, other: KeptAnswer): boolean {
  return one.context === other.context && one.callIds.length === other.callIds.length && one.callIds.every((id, index) => id === other.callIds[index])
}
