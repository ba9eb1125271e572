import { z } from 'zod'
import type { EmbeddingAnswer, EmbeddingRequest } from '../../core/embedding.ts'
import { parseBody } from '../read-body.ts'
import { withoutAbsent } from '../without-absent.ts'

const common = { model: z.string().min(1), keep_alive: z.union([z.string(), z.number()]).nullish(), options: z.record(z.string(), z.unknown()).nullish() }

/** The body of `POST /api/embed`. */
export const embedSchema = z.object({
  ...common,
  input: z.union([z.string().min(1), z.array(z.string().min(1)).min(1)]),
  dimensions: z.number().int().min(1).nullish(),
  /** Whether a text that is too long is cut, which the provider decides here. */
  truncate: z.boolean().nullish(),
})

/** The body of `POST /api/embeddings`, its form of before. */
export const embeddingsSchema = z.object({ ...common, prompt: z.string().min(1) })

export interface OllamaEmbeddings {
  model: string
  request: EmbeddingRequest
  encode(answer: EmbeddingAnswer): unknown
}

/** @throws BridgeError 400 with `param` */
export function readEmbed(body: Record<string, unknown>): OllamaEmbeddings {
  const { model, input, dimensions } = parseBody(embedSchema, body)
  return {
    model,
    request: withoutAbsent<EmbeddingRequest>({ input: [input].flat(), dimensions }),
    encode: ({ vectors, usage }) => ({ model, embeddings: vectors, ...(usage && { prompt_eval_count: usage.input }) }),
  }
}

/** @throws BridgeError 400 with `param` */
export function readEmbeddings(body: Record<string, unknown>): OllamaEmbeddings {
  const { model, prompt } = parseBody(embeddingsSchema, body)
  return { model, request: { input: [prompt] }, encode: ({ vectors }) => ({ embedding: vectors[0] }) }
}
