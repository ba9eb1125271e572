import type { LimitStore, Reservation, Reserved, Spent } from '../../storage/limit-store.ts'

/** How long a reservation outlives the process that made it. Milliseconds. */
export const LEASE = 60_000
const RENEW_EVERY = LEASE / 3
const PRUNE_EVERY = 60 * 60_000

export interface ReservationsOptions {
  store: LimitStore
  now(): number
  log: { warn(message: string): void; info(message: string): void }
}

/** The reservations of this daemon: renewed while their requests run, settled when they end, whatever the database does meanwhile. */
export class Reservations {
  readonly #options: ReservationsOptions
  readonly #running = new Set<string>()
  /** Of requests that are over, by their id; those that could not be written are tried again. */
  readonly #unsettled = new Map<string, readonly Spent[]>()
  readonly #settling = new Set<Promise<void>>()
  #givingBack: Promise<boolean> | undefined
  #timer: NodeJS.Timeout | undefined
  #prunedAt = Number.NEGATIVE_INFINITY
  #failing = false

  constructor(options: ReservationsOptions) {
    this.#options = options
  }

  /** @throws what the store throws */
  async reserve(id: string, claims: Reservation['claims']): Promise<Reserved> {
    const { store, now } = this.#options
    const ask = () => store.reserve({ id, claims, until: now() + LEASE })
    try {
      let reserved = await ask()
      // What is over, of this daemon or of one that is dead, may only not have been given back yet.
      if (reserved.refused.length > 0 && (await (this.#givingBack ??= this.#giveBack().finally(() => (this.#givingBack = undefined))))) reserved = await ask()
      this.#works()
      if (reserved.refused.length > 0) return reserved
      this.#running.add(id)
      this.#timer ??= setInterval(() => void this.#tend(), RENEW_EVERY).unref()
      return reserved
    } catch (error) {
      this.#fails(error)
      throw error
    }
  }

  /** Its request is over. Returns at once. */
  settle(id: string, spent: readonly Spent[]): void {
    this.#running.delete(id)
    this.#unsettled.set(id, spent)
    const settling = this.#write(id, spent).finally(() => this.#settling.delete(settling))
    this.#settling.add(settling)
  }

  /** Writes what is over, once. */
  async close(): Promise<void> {
    clearInterval(this.#timer)
    await Promise.all(this.#settling)
    await Promise.all(Array.from(this.#unsettled, ([id, spent]) => this.#write(id, spent)))
  }

  /** @returns whether there may be room now */
  async #giveBack(): Promise<boolean> {
    const waited = this.#settling.size > 0
    await Promise.all(this.#settling)
    return (await this.#release()) > 0 || waited
  }

  async #release(): Promise<number> {
    const { store, now } = this.#options
    const time = now()
    // Whatever the clock has done, what runs here stands.
    await store.renew([...this.#running], time + LEASE)
    return store.release({ before: time, after: time + 2 * LEASE })
  }

  async #tend(): Promise<void> {
    try {
      await Promise.all(Array.from(this.#unsettled, ([id, spent]) => this.#write(id, spent)))
      await this.#release()
      const time = this.#options.now()
      if (Math.abs(time - this.#prunedAt) >= PRUNE_EVERY) {
        this.#prunedAt = time
        await this.#options.store.prune(time)
      }
      this.#works()
    } catch (error) {
      this.#fails(error)
    }
    if (this.#running.size > 0 || this.#unsettled.size > 0) return
    clearInterval(this.#timer)
    this.#timer = undefined
  }

  async #write(id: string, spent: readonly Spent[]): Promise<void> {
    try {
      await this.#options.store.settle(id, spent)
      this.#unsettled.delete(id)
    } catch (error) {
      this.#fails(error)
    }
  }

  #works(): void {
    if (this.#failing) this.#options.log.info('Limits can be counted again.')
    this.#failing = false
  }

  #fails(error: unknown): void {
    if (!this.#failing) this.#options.log.warn(`Limits cannot be counted at the moment: ${(error as Error).message}`)
    this.#failing = true
  }
}
