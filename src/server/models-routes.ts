import type { H3Event } from 'h3'
import * as anthropic from '../protocols/messages/index.ts'
import * as openai from '../protocols/openai-models.ts'
import { modelNames, type Services } from './app-options.ts'
import { vendorOf } from './caller.ts'
import { findModel, listModels } from './listed-models.ts'
import type { Route } from './route.ts'

const MODELS = '/v1/models'

/** The list of models, at the path that OpenAI and Anthropic share. */
export const modelsRoutes: readonly Route[] = [
  { method: 'GET', path: MODELS, summary: 'Lists the models and aliases', tag: 'OpenAI', auth: true, handler: list },
  { method: 'GET', path: `${MODELS}/**`, template: `${MODELS}/{model}`, summary: 'Describes a model', tag: 'OpenAI', auth: true, handler: find },
]

function list(event: H3Event, services: Services): unknown {
  const models = listModels(modelNames(services))
  return isAnthropic(event) ? anthropic.encodeModels(models, event.url.searchParams) : openai.encodeModels(models)
}

function find(event: H3Event, services: Services): unknown {
  const { encodeModel } = isAnthropic(event) ? anthropic : openai
  return encodeModel(findModel(modelName(event), modelNames(services)))
}

function isAnthropic(event: H3Event): boolean {
  return vendorOf(event) === anthropic.messages
}

/** Ids contain slashes, which clients send as they are or percent-encoded. */
function modelName(event: H3Event): string {
  return decodeURIComponent(event.url.pathname.slice(`${MODELS}/`.length))
}
