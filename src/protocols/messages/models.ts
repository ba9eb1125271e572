import { type Model, releaseTime } from '../../core/model.ts'
import { invalidValue } from '../invalid-value.ts'
import type { JsonModel, JsonModelPage } from './shapes.ts'

/** Anthropic's own limit; its default of 20 would hide models from clients that read one page. */
const MAX_PAGE_SIZE = 1000

/** The body of `GET /v1/models/{id}`. */
export function encodeModel(model: Model): JsonModel {
  const { id, name, contextLength, maxOutputTokens } = model
  return {
    type: 'model',
    id,
    display_name: name,
    // The epoch is what Anthropic says of a model whose date is unknown.
    created_at: new Date(releaseTime(model)).toISOString(),
    max_input_tokens: contextLength,
    max_tokens: maxOutputTokens,
    capabilities: null,
    lifecycle: 'active',
    line: null,
    deprecated_at: null,
    retires_at: null,
  }
}

/**
 * The body of `GET /v1/models`: all models, unless the client wants them in pages.
 * @param query the URL's `limit`, and `after_id` or `before_id`
 * @throws BridgeError 400 for a page that cannot be
 */
export function encodeModels(models: readonly Model[], query: URLSearchParams): JsonModelPage {
  const limit = readLimit(query)
  const before = indexOf(models, query, 'before_id')
  const after = indexOf(models, query, 'after_id')
  const first = after === undefined ? 0 : after + 1
  const end = before ?? models.length
  // A page before some model is the one that ends there.
  const page = before === undefined ? models.slice(first, first + limit) : models.slice(Math.max(first, end - limit), end)
  return {
    data: page.map(encodeModel),
    has_more: page.length < Math.max(0, end - first),
    first_id: page[0]?.id ?? null,
    last_id: page.at(-1)?.id ?? null,
  }
}

function readLimit(query: URLSearchParams): number {
  const text = query.get('limit') ?? String(MAX_PAGE_SIZE)
  const limit = Number(text)
  if (!/^\d{1,9}$/.test(text) || limit < 1 || limit > MAX_PAGE_SIZE) throw invalidValue('limit', `expected a number from 1 to ${MAX_PAGE_SIZE}`)
  return limit
}

function indexOf(models: readonly Model[], query: URLSearchParams, name: string): number | undefined {
  const id = query.get(name)
  if (!id) return undefined
  const index = models.findIndex((model) => model.id === id)
  if (index < 0) throw invalidValue(name, 'no model of this list has that id')
  return index
}
