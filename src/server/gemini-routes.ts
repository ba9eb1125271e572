import type { H3Event } from 'h3'
import { BridgeError } from '../core/errors.ts'
import {
  decodeCountRequest,
  decodeModelName,
  encodeCount,
  encodeModel,
  encodeModels,
  gemini,
  geminiAt,
  parseTarget,
  sseToJsonArray,
} from '../protocols/gemini/index.ts'
import { modelNames, type Services } from './app-options.ts'
import { countTokens } from './count-tokens.ts'
import { generate } from './generate.ts'
import { findModel, listModels } from './listed-models.ts'
import { JSON_OR_EVENTS, type Route } from './route.ts'
import { unsupportedOperation } from './unsupported.ts'

const MODELS = '/v1beta/models'

/** Google's Gemini API. The model and what to do with it are in the path: `/v1beta/models/{model}:{action}`. */
export const geminiRoutes: readonly Route[] = [
  { method: 'GET', path: MODELS, summary: 'Lists the models', tag: 'Gemini', auth: true, protocol: gemini, handler: list },
  {
    method: 'GET',
    path: `${MODELS}/**`,
    template: `${MODELS}/{model}`,
    summary: 'Describes a model',
    tag: 'Gemini',
    auth: true,
    protocol: gemini,
    handler: find,
  },
  {
    method: 'POST',
    path: `${MODELS}/**`,
    template: `${MODELS}/{model}:{action}`,
    summary: 'Answers a prompt, or counts its tokens: generateContent, streamGenerateContent, countTokens',
    tag: 'Gemini',
    auth: true,
    protocol: gemini,
    request: gemini.requestSchema,
    answers: JSON_OR_EVENTS,
    handler: act,
  },
]

function list(event: H3Event, services: Services): unknown {
  return encodeModels(listModels(modelNames(services)), event.url.searchParams)
}

function find(event: H3Event, services: Services): unknown {
  return encodeModel(findModel(decodeModelName(restOf(event)), modelNames(services)))
}

async function act(event: H3Event, services: Services): Promise<unknown> {
  const { model, action } = parseTarget(restOf(event))
  switch (action) {
    case 'generateContent':
      return generate(event, geminiAt({ model, stream: false }), services)
    case 'streamGenerateContent': {
      const answer = (await generate(event, geminiAt({ model, stream: true }), services)) as Response
      return event.url.searchParams.get('alt') === 'sse' ? answer : asJsonArray(answer)
    }
    case 'countTokens':
      return encodeCount(await countTokens(event, services, (body, context) => decodeCountRequest(body, model, context)))
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

function asJsonArray(answer: Response): Response {
  const headers = new Headers(answer.headers)
  headers.set('content-type', 'application/json; charset=utf-8')
  return new Response(answer.body!.pipeThrough(sseToJsonArray()), { headers })
}
