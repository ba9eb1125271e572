import { randomUUID } from 'node:crypto'
import { isLimited, type Limits, type ProviderLimits } from '../../core/limits.ts'
import { bestMatch } from '../../core/model-pattern.ts'
import type { PriceBook } from '../../records/pricing/price-book.ts'
import type { Attempt } from '../../records/record.ts'
import type { LimitStore, Reserved } from '../../storage/limit-store.ts'
import type { Client } from '../client.ts'
import { claimsOf, type Holder, type Metered, spentOf } from './claims.ts'
import { askedOf, type Demand, mostFor, tookOf } from './demand.ts'
import { type Level, levelOf } from './level.ts'
import { METERS, metersOf } from './meters.ts'
import { Paces } from './paces.ts'
import { limitsUnknown, modelRefused, priceUnknown, refusalOf, routeRefused } from './refusals.ts'
import { Reservations } from './reservations.ts'
import { Warnings } from './warnings.ts'
import type { Windows } from './windows.ts'

export interface LimitGateOptions {
  store: LimitStore
  prices: PriceBook
  windows: Windows
  /** For all together. */
  daemon: Limits
  /** For each client by itself. */
  client: Limits
  /** For all together, of one provider each. */
  providers?: Readonly<Record<string, ProviderLimits>>
  /** Whether what cannot be measured is let through: the database is gone, or nobody knows a price. */
  policy: 'open' | 'closed'
  log: { warn(message: string): void; info(message: string): void }
  now?(): number
}

/** Has to be called once, when a request that was let in is over. @param written tokens of its answers, as far as they were heard */
export type Settle = (attempts: readonly Attempt[], written: number) => void

/** Lets requests in as far as the limits of the daemon, of their clients and of their keys go. */
export class LimitGate {
  readonly #options: LimitGateOptions
  readonly #reservations: Reservations
  readonly #paces: Paces
  readonly #warnings: Warnings

  constructor(options: LimitGateOptions) {
    this.#options = options
    this.#reservations = new Reservations({ now: Date.now, ...options })
    this.#paces = new Paces(options.providers ?? {})
    this.#warnings = new Warnings(options.log)
  }

  /** @throws BridgeError 403 */
  checkRoute(client: Client, path: string): void {
    if (!this.#holders(client).every(({ limits: { routes } }) => routes === undefined || bestMatch(path, routes) >= 0)) throw routeRefused(path)
  }

  allowsModel(client: Client, id: string): boolean {
    return this.#holders(client).every(({ limits: { models } }) => models === undefined || bestMatch(id, models) >= 0)
  }

  /** @throws BridgeError 403 */
  checkModel(client: Client, id: string): void {
    if (!this.allowsModel(client, id)) throw modelRefused(id)
  }

  /**
   * Counts a request before it is answered, by what it may take at most.
   * @param providers those that may be asked
   * @param demand is asked only where something is limited
   * @param tell hears what is left, also of one that is refused
   * @returns undefined where nothing limits it
   * @throws BridgeError 429 `rate_limit_exceeded` or `insufficient_quota`, 413 for what no waiting helps, 403 for an unknown
   *   price and 503 for a database that does not answer, unless the policy is open
   */
  async admit(client: Client, providers: readonly string[], demand: () => Demand, tell: (levels: readonly Level[]) => void): Promise<Settle | undefined> {
    const { policy, prices, windows, now = Date.now } = this.#options
    const limited = [...this.#holders(client), ...this.#providers(providers)].filter(({ limits }) => metersOf(limits).length > 0)
    const pace = this.#paces.check(providers, now())
    if (limited.length === 0) {
      pace()
      return undefined
    }
    const wanted = demand()
    const most = memoized((holder: Holder) => mostFor(askedOf(wanted, holder.provider), prices))
    const claims = claimsOf(limited, (holder) => most(holder).amounts, windows, now())
    const unpriced = claims.find(({ holder, meter }) => METERS[meter].unit === 'cost' && most(holder).unpriced.length > 0)
    if (policy === 'closed' && unpriced) throw priceUnknown(most(unpriced.holder).unpriced[0]!)
    const id = randomUUID()
    const reserved = await this.#reserve(id, claims)
    if (reserved === undefined) {
      pace()
      return undefined
    }
    const levels = claims.map((claim) => levelOf(claim, reserved.used))
    // A provider's are no client's business.
    tell(levels.filter(({ holder }) => !holder.startsWith(PROVIDER)))
    const refused = claims.filter(({ counter }) => reserved.refused.includes(counter))
    if (refused.length > 0) throw refusalOf(refused, now())
    pace()
    this.#warnings.hear(claims, reserved.used)
    return (attempts, written) => {
      const took = memoized(({ provider }: Holder) =>
        tookOf(
          askedOf(wanted, provider),
          attempts.filter((one) => provider === undefined || one.provider === provider),
          written,
          prices,
        ),
      )
      this.#reservations.settle(id, spentOf(claims, took))
    }
  }

  /**
   * How far the limits of the daemon and of these keys are used, for whoever watches them.
   * @throws what the store throws
   */
  async levels(keys: readonly { name: string; limits?: Limits }[]): Promise<Level[]> {
    const { store, windows, daemon, now = Date.now } = this.#options
    const holders = [{ id: 'daemon', limits: daemon }, ...keys.map(({ name, limits = {} }) => ({ id: `key:${name}`, limits }))]
    const claims = claimsOf(holders, () => NOTHING, windows, now())
    if (claims.length === 0) return []
    const used = await store.read(claims.map(({ counter }) => counter))
    return claims.map((claim) => levelOf(claim, used))
  }

  close(): Promise<void> {
    return this.#reservations.close()
  }

  /** @returns undefined where it is let through uncounted */
  async #reserve(id: string, claims: readonly Metered[]): Promise<Reserved | undefined> {
    try {
      return await this.#reservations.reserve(id, claims)
    } catch (error) {
      if (this.#options.policy === 'closed') throw limitsUnknown(error)
      return undefined
    }
  }

  #providers(providers: readonly string[]): Holder[] {
    return [...new Set(providers)].flatMap((provider) => {
      const limits = this.#options.providers?.[provider]
      return limits ? [{ id: `${PROVIDER}${provider}`, limits, provider }] : []
    })
  }

  /** Whoever is told apart only by what they send could be anybody: they are one. */
  #holders({ id, kind, name, limits }: Client): Holder[] {
    const { daemon, client } = this.#options
    return [
      { id: 'daemon', limits: daemon },
      { id: kind === 'open' ? 'client:open' : `client:${id}`, limits: client },
      ...(limits && name !== undefined ? [{ id: `key:${name}`, limits }] : []),
    ].filter((holder) => isLimited(holder.limits))
  }
}

const PROVIDER = 'provider:'

const NOTHING = { requests: 0n, tokens: 0n, cost: 0n, running: 0n }

/** A function of what is asked several times. */
function memoized<K, V>(make: (key: K) => V): (key: K) => V {
  const made = new Map<K, V>()
  return (key) => {
    if (!made.has(key)) made.set(key, make(key))
    return made.get(key)!
  }
}
