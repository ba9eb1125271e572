import { CREDIT, DOLLAR, parseDecimal } from '../../core/money.ts'
import type { AttoDollars, Rates, Tier } from './price.ts'

/** Rates that are laid over others, kind by kind, tiers too. */
export interface PricePatch {
  rates: Rates
  tiers: readonly Tier[]
}

/** The names of LiteLLM's price list, which Bifrost uses too. USD per token. */
const KINDS: Record<string, keyof Rates> = {
  input_cost_per_token: 'input',
  output_cost_per_token: 'output',
  cache_read_input_token_cost: 'cacheRead',
  cache_creation_input_token_cost: 'cacheWrite',
  output_cost_per_reasoning_token: 'reasoning',
  input_cost_per_request: 'request',
}

const TIERED = /^(.+)_above_(\d+)k_tokens$/

/** GitHub's premium request, of which a model's multiplier says how many one call is. USD. */
const PREMIUM_REQUEST = '0.04'

/**
 * Reads a `pricing_patch`, an object or its JSON text: USD per token by the names of `KINDS`, each with
 * `_above_<n>k_tokens` for long requests; GitHub's `token_prices` (credits per `batch_size` tokens) or `multiplier`
 * (premium requests per call). Other costs of such lists, of images and the like, are for what the bridge does not do.
 * @throws RangeError that names the field, for what is no price
 */
export function parsePatch(patch: unknown): PricePatch {
  const fields = toObject(patch)
  const rates: Rates = {}
  const tiers = new Map<number, Rates>()
  for (const [name, value] of Object.entries(fields)) {
    if (value === null || value === undefined) continue
    const [, base = name, thousands] = TIERED.exec(name) ?? []
    const kind = KINDS[base]
    if (kind === undefined) {
      if (!OTHERS.has(name) && !name.includes('cost')) throw new RangeError(`${name}: no price has this name`)
    } else if (thousands === undefined) rates[kind] = parseRate(name, value)
    else tiers.set(Number(thousands) * 1000, { ...tiers.get(Number(thousands) * 1000), [kind]: parseRate(name, value) })
  }
  if (fields.multiplier !== undefined && fields.multiplier !== null) Object.assign(rates, ofMultiplier(fields.multiplier))
  const credits = fields.token_prices
  if (credits !== undefined && credits !== null) addCredits(toObject(credits), rates, tiers)
  return { rates, tiers: [...tiers].map(([above, of]) => ({ above, rates: of })) }
}

const OTHERS: ReadonlySet<string> = new Set(['multiplier', 'token_prices'])

/** One call costs so many premium requests, and its tokens nothing. */
function ofMultiplier(multiplier: unknown): Rates {
  const times = parseRate('multiplier', multiplier)
  return { input: 0n, output: 0n, request: (times * parseDecimal(PREMIUM_REQUEST, 18)) / 10n ** 18n }
}

const CREDIT_KINDS: Record<string, keyof Rates> = {
  input_price: 'input',
  output_price: 'output',
  cache_read_price: 'cacheRead',
  cache_write_price: 'cacheWrite',
}

/** What GitHub's model list says of a model's `billing`: credits per batch of tokens, and others beyond a length. */
function addCredits(prices: Record<string, unknown>, rates: Rates, tiers: Map<number, Rates>): void {
  const batch = prices.batch_size ?? 1
  if (typeof batch !== 'number' || !Number.isInteger(batch) || batch < 1) throw new RangeError('token_prices.batch_size: no number of tokens')
  for (const [name, kind] of Object.entries(CREDIT_KINDS)) {
    if (typeof prices[name] !== 'number') continue
    rates[kind] = (parseRate(`token_prices.${name}`, prices[name]) * CREDIT) / DOLLAR / BigInt(batch)
  }
  const long = prices.long_context
  const above = prices.max_prompt_tokens
  if (long === undefined || long === null || typeof above !== 'number') return
  const beyond: Rates = {}
  addCredits({ batch_size: batch, ...toObject(long), long_context: null }, beyond, tiers)
  tiers.set(above, { ...tiers.get(above), ...beyond })
}

function parseRate(name: string, value: unknown): AttoDollars {
  if (typeof value !== 'number' && typeof value !== 'string') throw new RangeError(`${name}: no number`)
  const rate = parseNumber(name, value)
  if (rate < 0n) throw new RangeError(`${name}: less than nothing`)
  return rate
}

function parseNumber(name: string, value: number | string): AttoDollars {
  try {
    return parseDecimal(value, 18)
  } catch (error) {
    throw new RangeError(`${name}: ${(error as Error).message}`, { cause: error })
  }
}

function toObject(value: unknown): Record<string, unknown> {
  const read: unknown = typeof value === 'string' ? parseJson(value) : value
  if (typeof read !== 'object' || read === null || Array.isArray(read)) throw new RangeError('no object of prices, nor JSON of one')
  return read as Record<string, unknown>
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

/** Lays a patch over a price's rates: a tier of its own takes what it does not name from the tier below it. */
export function applyPatch(base: PricePatch, patch: PricePatch): PricePatch {
  const lengths = [...new Set([...base.tiers, ...patch.tiers].map(({ above }) => above))].toSorted((one, other) => one - other)
  return {
    rates: { ...base.rates, ...patch.rates },
    tiers: lengths.map((above) => ({
      above,
      // What a patch says of every request holds for the long ones too, unless it says something else of those.
      rates: { ...ratesAt(base, above), ...patch.rates, ...ratesAt(patch, above) },
    })),
  }
}

function ratesAt({ tiers }: PricePatch, above: number): Rates {
  return tiers.find((tier) => tier.above === above)?.rates ?? {}
}
