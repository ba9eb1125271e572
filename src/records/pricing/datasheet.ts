import type { Model } from '../../core/model.ts'
import { saysSomething } from './overrides.ts'
import { type PricePatch, parsePatch } from './patch.ts'

/** Prices of models, by `provider/model`, or by the model's own name where the list names no provider. */
export type Datasheet = ReadonlyMap<string, PricePatch>

/**
 * Reads the list behind `pricing_url`: entries by the model's name, `provider/model` or not, with a provider of their
 * own (`litellm_provider`, `provider`) or none, and prices by the names of `parsePatch`. An entry that cannot be read is
 * left out: these lists have thousands, and examples of their own form among them.
 * @throws RangeError for what is no such list at all
 */
export function parseDatasheet(list: unknown): Datasheet {
  if (typeof list !== 'object' || list === null || Array.isArray(list)) throw new RangeError('no object of prices by model')
  const sheet = new Map<string, PricePatch>()
  for (const [name, entry] of Object.entries(list)) {
    if (typeof entry !== 'object' || entry === null) continue
    const { litellm_provider, provider = litellm_provider, ...fields } = entry as Record<string, unknown>
    const patch = readPrices(fields)
    if (patch === undefined) continue
    const prefix = typeof provider === 'string' && !name.startsWith(`${provider}/`) ? `${provider}/` : ''
    sheet.set(`${prefix}${name}`, patch)
  }
  if (sheet.size === 0) throw new RangeError('no price in it')
  return sheet
}

/** Those of a list beside whatever else it tells of a model. */
function readPrices(fields: Record<string, unknown>): PricePatch | undefined {
  try {
    const patch = parsePatch(Object.fromEntries(Object.entries(fields).filter(([name]) => name.includes('cost'))))
    return saysSomething(patch) ? patch : undefined
  } catch {
    return undefined
  }
}

/** The price of a model: of this very provider, else of a model with this name whose provider the list does not say. */
export function findPrice(sheet: Datasheet, { id, provider }: Pick<Model, 'id' | 'provider'>): PricePatch | undefined {
  return sheet.get(id) ?? sheet.get(id.slice(provider.length + 1))
}
