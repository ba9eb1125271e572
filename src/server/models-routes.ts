import type { H3Event } from 'h3'
import type { ModelNames } from '../models/names.ts'
import { encodeCodexModels } from '../protocols/codex-models.ts'
import * as anthropic from '../protocols/messages/index.ts'
import * as openai from '../protocols/openai-models.ts'
import { vendorOf } from './caller.ts'
import { findModel, listModels } from './listed-models.ts'
import type { Route } from './route.ts'

const MODELS = '/v1/models'

/** The list of models, at the path that OpenAI and Anthropic share. */
export function modelsRoutes(modelNames: () => ModelNames): readonly Route[] {
  return [
    { method: 'GET', path: MODELS, summary: 'Lists the models and aliases', tag: 'OpenAI', auth: true, handler: (event) => list(event, modelNames()) },
    {
      method: 'GET',
      path: `${MODELS}/**`,
      template: `${MODELS}/{model}`,
      summary: 'Describes a model',
      tag: 'OpenAI',
      auth: true,
      handler: (event) => find(event, modelNames()),
    },
  ]
}

function list(event: H3Event, names: ModelNames): unknown {
  const models = listModels(names)
  // Only Codex says its version there.
  if (event.url.searchParams.has('client_version')) return encodeCodexModels(models)
  return isAnthropic(event) ? anthropic.encodeModels(models, event.url.searchParams) : openai.encodeModels(models)
}

function find(event: H3Event, names: ModelNames): unknown {
  const { encodeModel } = isAnthropic(event) ? anthropic : openai
  return encodeModel(findModel(modelName(event), names))
}

function isAnthropic(event: H3Event): boolean {
  return vendorOf(event) === anthropic.messages
}

/** Ids contain slashes, which clients send as they are or percent-encoded. */
function modelName(event: H3Event): string {
  return decodeURIComponent(event.url.pathname.slice(`${MODELS}/`.length))
}
