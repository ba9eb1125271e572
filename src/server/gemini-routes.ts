import type { H3Event } from 'h3'
import { BridgeError } from '../core/errors.ts'
import type { ModelNames } from '../models/names.ts'
import {
  decodeCountRequest,
  decodeModelName,
  encodeCount,
  encodeModel,
  encodeModels,
  gemini,
  geminiAt,
  parseTarget,
  readBatchEmbedContents,
  readEmbedContent,
} from '../protocols/gemini/index.ts'
import type { TokenCounter } from './count-tokens.ts'
import type { Responder } from './responder.ts'
import { findModel, listModels } from './listed-models.ts'
import { answerEmbeddings, type EmbeddingsOptions } from './embeddings.ts'
import { JSON_OR_EVENTS, type Route } from './route.ts'
import { unsupportedOperation } from './unsupported.ts'

const MODELS = '/v1beta/models'

export interface GeminiRoutesOptions extends EmbeddingsOptions {
  responder: Responder
  countTokens: TokenCounter
  modelNames(): ModelNames
}

/** Google's Gemini API. The model and what to do with it are in the path: `/v1beta/models/{model}:{action}`. */
export function geminiRoutes(options: GeminiRoutesOptions): readonly Route[] {
  const { modelNames } = options
  return [
    { method: 'GET', path: MODELS, summary: 'Lists the models', tag: 'Gemini', auth: true, protocol: gemini, handler: (event) => list(event, modelNames()) },
    {
      method: 'GET',
      path: `${MODELS}/**`,
      template: `${MODELS}/{model}`,
      summary: 'Describes a model',
      tag: 'Gemini',
      auth: true,
      protocol: gemini,
      handler: (event) => find(event, modelNames()),
    },
    {
      method: 'POST',
      path: `${MODELS}/**`,
      template: `${MODELS}/{model}:{action}`,
      summary: 'Answers a prompt, or counts its tokens: generateContent, streamGenerateContent, countTokens, embedContent, batchEmbedContents',
      tag: 'Gemini',
      auth: true,
      protocol: gemini,
      request: gemini.requestSchema,
      answers: JSON_OR_EVENTS,
      handler: (event) => act(event, options),
    },
  ]
}

function list(event: H3Event, names: ModelNames): unknown {
  return encodeModels(listModels(names), event.url.searchParams)
}

function find(event: H3Event, names: ModelNames): unknown {
  return encodeModel(findModel(decodeModelName(restOf(event)), names))
}

async function act(event: H3Event, options: GeminiRoutesOptions): Promise<unknown> {
  const { responder, countTokens } = options
  const { model, action } = parseTarget(restOf(event))
  switch (action) {
    case 'generateContent':
      return responder.generate(event, geminiAt({ model, stream: false }))
    case 'streamGenerateContent':
      return responder.generate(event, geminiAt({ model, stream: true, array: event.url.searchParams.get('alt') !== 'sse' }))
    case 'countTokens':
      return encodeCount(await countTokens(event, (body, context) => decodeCountRequest(body, model, context)))
    case 'embedContent':
      return answerEmbeddings(event, options, readEmbedContent, model)
    case 'batchEmbedContents':
      return answerEmbeddings(event, options, readBatchEmbedContents, model)
    case '':
      throw new BridgeError(`The URL must say what to do with the model, as in ${MODELS}/{model}:generateContent.`, {
        code: 'unknown_url',
        status: 404,
      })
    default:
      throw unsupportedOperation(`'${action.slice(0, 40)}'`)
  }
}

/** The name of a model, with what is to be done with it: it may contain slashes. */
function restOf(event: H3Event): string {
  return event.url.pathname.slice(MODELS.length + 1)
}
