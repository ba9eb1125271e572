import type { Claim, LimitStore, Spent } from '../limit-store.ts'

/** For one daemon without a database: what is counted is gone with it. */
export function memoryLimitStore(): LimitStore {
  const counters = new Map<string, { used: bigint; expires: number }>()
  const reservations = new Map<string, { until: number; claims: readonly Claim[] }>()
  const usedOf = (counter: string) => counters.get(counter)?.used ?? 0n
  const add = ({ counter, amount, expires }: Spent) => counters.set(counter, { used: usedOf(counter) + amount, expires })
  const end = (id: string) => {
    for (const { amount, ...claim } of reservations.get(id)?.claims ?? []) add({ ...claim, amount: -amount })
    reservations.delete(id)
  }
  const read = (names: readonly string[]) => new Map(names.flatMap((name) => (counters.has(name) ? [[name, usedOf(name)] as const] : [])))
  return {
    reserve: async ({ id, claims, until }) => {
      const names = claims.map(({ counter }) => counter)
      const refused = claims.filter(({ counter, amount, limit }) => usedOf(counter) + amount > limit).map(({ counter }) => counter)
      if (refused.length > 0) return { refused, used: read(names) }
      for (const claim of claims) add(claim)
      reservations.set(id, { until, claims })
      return { refused, used: read(names) }
    },
    settle: async (id, spent) => {
      end(id)
      for (const one of spent) add(one)
    },
    renew: async (ids, until) => {
      for (const id of ids) {
        const held = reservations.get(id)
        if (held) held.until = until
      }
    },
    release: async ({ before, after }) => {
      const ended = [...reservations].filter(([, { until }]) => until < before || until > after)
      for (const [id] of ended) end(id)
      return ended.length
    },
    read: async (names) => read(names),
    prune: async (before) => {
      for (const [name, { expires }] of counters) if (expires < before) counters.delete(name)
    },
  }
}
