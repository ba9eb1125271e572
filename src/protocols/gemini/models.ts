import type { Model } from '../../core/model.ts'
import { invalidValue } from '../invalid-value.ts'
import type { JsonModel } from './shapes.ts'

const METHODS = ['generateContent', 'streamGenerateContent', 'countTokens']

const MAX_PAGE_SIZE = 1000

/** The body of `GET /v1beta/models/{id}`. */
export function encodeModel({ id, provider, name, contextLength, maxOutputTokens }: Model): JsonModel {
  return {
    name: `models/${id}`,
    baseModelId: id,
    version: '001',
    displayName: name,
    description: `${name} of ${provider}, through opencode`,
    inputTokenLimit: contextLength,
    outputTokenLimit: maxOutputTokens,
    supportedGenerationMethods: METHODS,
  }
}

/**
 * The body of `GET /v1beta/models`: all models, unless the client wants them in pages.
 * @param query the URL's; a page's token is the number of models before it
 * @throws BridgeError 400 for a page that cannot be
 */
export function encodeModels(models: readonly Model[], query: URLSearchParams): { models: JsonModel[]; nextPageToken?: string } {
  const size = readNumber(query, 'pageSize') || MAX_PAGE_SIZE
  const start = readNumber(query, 'pageToken')
  const end = start + Math.min(size, MAX_PAGE_SIZE)
  return {
    models: models.slice(start, end).map(encodeModel),
    ...(end < models.length && { nextPageToken: String(end) }),
  }
}

function readNumber(query: URLSearchParams, name: string): number {
  const text = query.get(name) ?? ''
  if (/^\d{0,9}$/.test(text)) return Number(text)
  throw invalidValue(name, name === 'pageSize' ? 'expected a number' : 'it is not one that this list gave')
}
