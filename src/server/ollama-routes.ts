import type { H3Event } from 'h3'
import { z } from 'zod'
import type { ModelNames } from '../models/names.ts'
import { API_VERSION, asksToLoad, encodeLoaded, encodeShown, encodeTags, ollamaChat, ollamaGenerate } from '../protocols/ollama/index.ts'
import type { Protocol } from '../protocols/protocol.ts'
import { parseBody } from '../protocols/read-body.ts'
import type { BodyReader } from './json-body.ts'
import { findModel, listModels } from './listed-models.ts'
import type { Responder } from './responder.ts'
import type { Route } from './route.ts'

export interface OllamaRoutesOptions {
  bodies: BodyReader
  responder: Responder
  modelNames(): ModelNames
}

/** A model is `name` to older clients. */
const showSchema = z.object({ model: z.string().nullish(), name: z.string().nullish() })

/** An answer in one piece, or a line for each piece of it. */
const JSON_OR_LINES = ['application/json', 'application/x-ndjson'] as const

/** Ollama's API: tools that speak nothing else need only an address. */
export function ollamaRoutes(options: OllamaRoutesOptions): readonly Route[] {
  const { bodies, modelNames } = options
  const common = { tag: 'Ollama', auth: true, protocol: ollamaChat } as const
  return [
    generation('/api/chat', 'Answers a conversation', ollamaChat, 'message', options),
    generation('/api/generate', 'Answers a text', ollamaGenerate, 'response', options),
    { ...common, method: 'GET', path: '/api/tags', summary: 'Lists the models', handler: () => encodeTags(listModels(modelNames())) },
    {
      ...common,
      method: 'POST',
      path: '/api/show',
      summary: 'Describes a model',
      request: showSchema,
      handler: async (event) => {
        const { model, name } = parseBody(showSchema, await bodies.read(event))
        return encodeShown(findModel(model ?? name ?? '', modelNames()))
      },
    },
    // None is: they are where their providers have them.
    { ...common, method: 'GET', path: '/api/ps', summary: "Lists the models in this machine's memory", handler: () => ({ models: [] }) },
    {
      ...common,
      method: 'GET',
      path: '/api/version',
      summary: 'Tells which version of Ollama this API is like',
      auth: false,
      handler: () => ({ version: API_VERSION }),
    },
  ]
}

function generation(path: string, summary: string, protocol: Protocol, says: 'message' | 'response', options: OllamaRoutesOptions): Route {
  return {
    method: 'POST',
    path,
    summary,
    tag: 'Ollama',
    auth: true,
    protocol,
    request: protocol.requestSchema,
    answers: JSON_OR_LINES,
    handler: (event) => answer(event, protocol, says, options),
  }
}

async function answer(
  event: H3Event,
  protocol: Protocol,
  says: 'message' | 'response',
  { bodies, responder, modelNames }: OllamaRoutesOptions,
): Promise<unknown> {
  const json = await bodies.readText(event)
  if (!asksToLoad(json.body, says)) return responder.answer(event, json, protocol)
  findModel(String(json.body.model), modelNames())
  return encodeLoaded(json.body, says)
}
