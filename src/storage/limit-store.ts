/** What a request is to be counted by in one counter. */
export interface Claim {
  /** Says whose it is, what it counts and in which window: `key:ci tokens 2026-11-28`. */
  counter: string
  amount: bigint
  /** What the counter may come to with it. */
  limit: bigint
  /** Unix time in milliseconds after which nobody asks for the counter any more. */
  expires: number
}

export interface Reservation {
  /** Unique. */
  id: string
  claims: readonly Claim[]
  /** Unix time in milliseconds until which it stands, unless it is renewed. */
  until: number
}

export interface Reserved {
  /** Counters that had no room for it; where there is one, nothing was reserved. */
  refused: readonly string[]
  /** What the counters come to. */
  used: ReadonlyMap<string, bigint>
}

/** What came of a claim. */
export type Spent = Pick<Claim, 'counter' | 'amount' | 'expires'>

/**
 * Counters of what was used and what is reserved, shared by all daemons of one database. Every method may fail with the
 * database; a failed one has changed nothing.
 */
export interface LimitStore {
  /** Counts all of the claims, or none where one of them has no room: in one step, whatever else is going on. */
  reserve(reservation: Reservation): Promise<Reserved>
  /**
   * Puts what was really used in the place of what was reserved, and ends the reservation. One whose lease has ended
   * meanwhile is counted all the same.
   */
  settle(id: string, spent: readonly Spent[]): Promise<void>
  renew(ids: readonly string[], until: number): Promise<void>
  /**
   * Gives back what is reserved by leases that ended before one time, or end after another: a clock that was set back
   * has left those. Returns how many there were.
   */
  release(ended: { before: number; after: number }): Promise<number>
  /** What counters come to; those that count nothing are left out. */
  read(counters: readonly string[]): Promise<ReadonlyMap<string, bigint>>
  /** Forgets counters that expired before a time. */
  prune(before: number): Promise<void>
}
