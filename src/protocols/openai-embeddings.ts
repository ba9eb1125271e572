import { z } from 'zod'
import type { EmbeddingAnswer, EmbeddingRequest } from '../core/embedding.ts'
import { parseBody } from './read-body.ts'
import { withoutAbsent } from './without-absent.ts'

const tokens = z.array(z.number().int())

/** The body of `POST /v1/embeddings`, with OpenAI's limits. */
export const openAiEmbeddingSchema = z.object({
  model: z.string().nullish(),
  input: z.union([z.string().min(1), z.array(z.string().min(1)).min(1).max(2048), tokens.min(1), z.array(tokens.min(1)).min(1).max(2048)]),
  dimensions: z.number().int().min(1).nullish(),
  encoding_format: z.enum(['float', 'base64']).nullish(),
  user: z.string().nullish(),
})

export interface OpenAiEmbeddings {
  model: string | undefined
  request: EmbeddingRequest
  encode(answer: EmbeddingAnswer): unknown
}

/** @throws BridgeError 400 with `param` */
export function readOpenAiEmbeddings(body: Record<string, unknown>): OpenAiEmbeddings {
  const { model, input, dimensions, encoding_format: encoding, user } = parseBody(openAiEmbeddingSchema, body)
  return {
    model: model ?? undefined,
    request: withoutAbsent<EmbeddingRequest>({ input: listOf(input), dimensions, user }),
    encode: ({ vectors, usage }) => ({
      object: 'list',
      data: vectors.map((vector, index) => ({ object: 'embedding', index, embedding: encoding === 'base64' ? toBase64(vector) : vector })),
      model: model ?? '',
      usage: { prompt_tokens: usage?.input ?? 0, total_tokens: usage?.input ?? 0 },
    }),
  }
}

function listOf(input: z.output<typeof openAiEmbeddingSchema>['input']): EmbeddingRequest['input'] {
  if (typeof input === 'string') return [input]
  return typeof input[0] === 'number' ? [input as number[]] : (input as (string | number[])[])
}

/** Floats of four bytes, the least first: what the `openai` packages ask for unless they are told otherwise. */
function toBase64(vector: readonly number[]): string {
  const bytes = Buffer.alloc(vector.length * 4)
  vector.forEach((number, index) => bytes.writeFloatLE(number, index * 4))
  return bytes.toString('base64')
}
