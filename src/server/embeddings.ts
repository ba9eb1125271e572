import type { H3Event } from 'h3'
import type { LimitGate } from '../access/limits/limit-gate.ts'
import type { EmbeddingAnswer, EmbeddingRequest } from '../core/embedding.ts'
import type { EmbeddingExchange } from '../exchange/embed.ts'
import { embedSchema, embeddingsSchema, ollamaChat, readEmbed, readEmbeddings } from '../protocols/ollama/index.ts'
import { openAiEmbeddingSchema, readOpenAiEmbeddings } from '../protocols/openai-embeddings.ts'
import { recordOf } from './event-record.ts'
import type { BodyReader } from './json-body.ts'
import { permitOf } from './permit.ts'
import type { Route } from './route.ts'

export interface EmbeddingsOptions {
  bodies: BodyReader
  embeddings: EmbeddingExchange
  limits?: LimitGate
}

/** What a format makes of a body. */
interface ReadEmbeddings {
  model?: string | undefined
  request: EmbeddingRequest
  encode(answer: EmbeddingAnswer): unknown
}

/** Embeddings in the forms of OpenAI and of Ollama; those of Google's are at its models. */
export function embeddingRoutes(options: EmbeddingsOptions): readonly Route[] {
  const common = { method: 'POST', summary: 'Turns texts into vectors', auth: true } as const
  const ollama = { ...common, tag: 'Ollama', protocol: ollamaChat } as const
  return [
    {
      ...common,
      tag: 'OpenAI',
      path: '/v1/embeddings',
      request: openAiEmbeddingSchema,
      handler: (event) => answerEmbeddings(event, options, readOpenAiEmbeddings),
    },
    { ...ollama, path: '/api/embed', request: embedSchema, handler: (event) => answerEmbeddings(event, options, readEmbed) },
    { ...ollama, path: '/api/embeddings', request: embeddingsSchema, handler: (event) => answerEmbeddings(event, options, readEmbeddings) },
  ]
}

/** @throws BridgeError 400, or what the provider says */
export async function answerEmbeddings(
  event: H3Event,
  { bodies, embeddings, limits }: EmbeddingsOptions,
  read: (body: Record<string, unknown>) => ReadEmbeddings,
  named?: string,
): Promise<unknown> {
  const { model = named, request, encode } = read(await bodies.read(event))
  return encode(
    await embeddings.embed({ model, request, record: recordOf(event), signal: event.req.signal, ...(limits && { permit: permitOf(event, limits) }) }),
  )
}
