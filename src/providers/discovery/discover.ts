import { BridgeError } from '../../core/errors.ts'
import type { ProviderBlock } from '../block.ts'
import { askProvider, type ProviderAnswer, type ProviderRequest } from '../http.ts'
import { baseUrlOf } from '../kinds.ts'
import type { FoundModel } from './found-model.ts'
import { parseModels, parseOllamaDetails, parseTgiInfo } from './parse-models.ts'

/** Milliseconds for each question. */
const TIMEOUT = 10_000

/** Models whose details are asked for one by one, and how many at a time. */
const MAX_DETAILS = 100
const AT_A_TIME = 4

export type DiscoverOptions = Pick<ProviderRequest, 'extras' | 'signal' | 'fetch'>

/**
 * Asks a provider which models it has, and a local server also what it knows of them.
 * @throws BridgeError that says what the provider answered instead
 */
export async function discoverModels(block: ProviderBlock, options: DiscoverOptions): Promise<FoundModel[]> {
  const base = baseUrlOf(block)
  const url = `${base}/models${block.kind === 'gemini' ? '?pageSize=1000' : ''}`
  const answer = await askProvider(url, { ...options, timeout: TIMEOUT })
  const models = answer.status === 200 ? parseModels(answer.json) : undefined
  if (models === undefined) throw noList(url, answer)
  return block.kind === 'openai' ? withDetails(models, base, options) : models
}

function noList(url: string, { status, text }: ProviderAnswer): BridgeError {
  const page = text.trimStart().startsWith('<') ? ' with a page' : ''
  const what = status === 200 ? `${page || ' with something else'}` : ` with HTTP ${status}${page}`
  return new BridgeError(`${url} gave no list of models: it answered${what}.`, { code: 'upstream_error', status: 502 })
}

/** LM Studio, Ollama and TGI tell the length of the context, and more, at addresses of their own beside OpenAI's list. */
async function withDetails(models: FoundModel[], base: string, options: DiscoverOptions): Promise<FoundModel[]> {
  const root = base.replace(/\/v1$/, '')
  if (models.length === 0 || models.some(({ contextWindow }) => contextWindow !== undefined)) return models
  if (models.some(({ ownedBy }) => ownedBy === 'organization_owner')) return withLmStudio(models, root, options)
  if (models.some(({ ownedBy }) => ownedBy === 'library')) return withOllama(models, root, options)
  // TGI serves one model, and names it for its owner, too.
  if (models.length === 1 && models[0]!.ownedBy === models[0]!.id) return withTgi(models[0]!, root, options)
  return models
}

async function withTgi(model: FoundModel, root: string, options: DiscoverOptions): Promise<FoundModel[]> {
  const answer = await askProvider(`${root}/info`, { ...options, timeout: TIMEOUT }).catch(() => undefined)
  return [answer?.status === 200 ? { ...model, ...parseTgiInfo(answer.json) } : model]
}

async function withLmStudio(models: FoundModel[], root: string, options: DiscoverOptions): Promise<FoundModel[]> {
  const answer = await askProvider(`${root}/api/v0/models`, { ...options, timeout: TIMEOUT }).catch(() => undefined)
  const value = answer?.json
  const known = new Map((parseModels(value) ?? []).map((model) => [model.id, model]))
  // What its own list calls an embedding is in OpenAI's without that word.
  return known.size === 0 ? models : models.flatMap(({ id }) => known.get(id) ?? [])
}

async function withOllama(models: FoundModel[], root: string, options: DiscoverOptions): Promise<FoundModel[]> {
  const detailed = [...models]
  const queue = models.slice(0, MAX_DETAILS).entries()
  const work = async () => {
    for (const [index, model] of queue) {
      const answer = await askProvider(`${root}/api/show`, { ...options, timeout: TIMEOUT, body: { model: model.id } }).catch(() => undefined)
      if (answer?.status === 200) detailed[index] = { ...model, ...parseOllamaDetails(answer.json) }
    }
  }
  await Promise.all(Array.from({ length: AT_A_TIME }, work))
  return detailed
}
