import type { EmbeddingAnswer, Embedder, EmbeddingReply, EmbeddingRequest } from '../core/embedding.ts'
import { BridgeError } from '../core/errors.ts'
import { isObject } from '../core/json-value.ts'
import { bestMatch } from '../core/model-pattern.ts'
import { NO_USAGE, type Usage } from '../core/usage.ts'
import { askProvider } from './http.ts'
import { baseUrlOf, deploymentOf, modelUrlOf, TRAITS } from './kinds.ts'
import type { Provider } from './provider.ts'

/** Milliseconds for all of it. */
const TIMEOUT = 120_000

/** Two thousand texts of three thousand numbers, as JSON. */
const MAX_BYTES = 128 * 1024 * 1024

/** A form of embeddings: OpenAI's, which most servers have, or Google's. */
interface Form {
  url(provider: Provider, model: string): string
  encode(model: string, request: EmbeddingRequest): unknown
  read(json: unknown): EmbeddingAnswer | undefined
}

/** The embeddings of a provider; undefined where its kind has none. */
export function embedderOf(provider: Provider): Embedder | undefined {
  const { kind, allowedModels } = provider.block
  if (kind === 'anthropic') return undefined
  const form = TRAITS[kind].wire === 'gemini' ? GOOGLE : OPENAI
  return {
    lists: (model) => provider.models.some(({ id }) => id === model),
    embed: (model, request, signal) => {
      if (allowedModels !== undefined && bestMatch(model, allowedModels) < 0) throw notAllowed(provider.block.id, model)
      return ask(provider, form, model, request, signal)
    },
  }
}

async function ask(provider: Provider, form: Form, model: string, request: EmbeddingRequest, signal: AbortSignal): Promise<EmbeddingReply> {
  const url = form.url(provider, model)
  const body = form.encode(deploymentOf(provider.block, model), request)
  const common = { body, timeout: provider.block.timeout ?? TIMEOUT, signal, maxBytes: MAX_BYTES, fetch: provider.fetch }
  const extras = await provider.extras()
  let answer = await askProvider(url, { ...common, extras })
  const renewed = answer.status === 401 ? await provider.renew(extras) : undefined
  if (renewed) answer = await askProvider(url, { ...common, extras: renewed })
  const { status, headers, text, json } = answer
  const read = status === 200 ? form.read(json) : undefined
  const whole = read?.vectors.length === request.input.length ? read : undefined
  return { status, headers: Object.fromEntries(headers), text, answer: whole }
}

/** https://platform.openai.com/docs/api-reference/embeddings; numbers are asked for, since not every server knows another encoding. */
const OPENAI: Form = {
  url: ({ block }, model) => `${modelUrlOf(block, model)}/embeddings`,
  encode: (model, { input, dimensions, user }) => ({
    model,
    input,
    encoding_format: 'float',
    ...(dimensions !== undefined && { dimensions }),
    ...(user !== undefined && { user }),
  }),
  read: (json) => {
    if (!isObject(json) || !Array.isArray(json.data)) return undefined
    const vectors = json.data.toSorted((a: Indexed, b: Indexed) => (a.index ?? 0) - (b.index ?? 0)).map((entry: Indexed) => entry.embedding)
    if (!vectors.every(isVector)) return undefined
    const tokens = isObject(json.usage) ? (json.usage.prompt_tokens ?? json.usage.total_tokens) : undefined
    return { vectors, usage: usageOf(tokens) }
  },
}

interface Indexed {
  index?: number
  embedding?: unknown
}

/** https://ai.google.dev/api/embeddings */
const GOOGLE: Form = {
  url: ({ block }, model) => `${baseUrlOf(block)}/models/${encodeURIComponent(model)}:batchEmbedContents`,
  encode: (model, { input, dimensions, task }) => ({
    requests: input.map((text) => {
      if (typeof text !== 'string') throw noTokens()
      return {
        model: `models/${model}`,
        content: { parts: [{ text }] },
        ...(dimensions !== undefined && { outputDimensionality: dimensions }),
        ...(task !== undefined && { taskType: task }),
      }
    }),
  }),
  read: (json) => {
    if (!isObject(json) || !Array.isArray(json.embeddings)) return undefined
    const vectors = json.embeddings.map((entry: { values?: unknown }) => entry.values)
    return vectors.every(isVector) ? { vectors, usage: undefined } : undefined
  },
}

function isVector(value: unknown): value is number[] {
  return Array.isArray(value) && value.every((number) => typeof number === 'number')
}

function usageOf(tokens: unknown): Usage | undefined {
  return typeof tokens === 'number' ? { ...NO_USAGE, input: tokens } : undefined
}

function notAllowed(provider: string, model: string): BridgeError {
  return new BridgeError(`The provider ${provider} may not be asked for '${model}' (allowed_models).`, { code: 'model_not_found', status: 404, param: 'model' })
}

function noTokens(): BridgeError {
  return new BridgeError("'input' holds tokens, and this provider takes text only.", { code: 'unsupported_value', status: 400, param: 'input' })
}
