import { z } from 'zod'
import type { EmbeddingAnswer, EmbeddingRequest } from '../../core/embedding.ts'
import { invalidValue } from '../invalid-value.ts'
import { parseBody } from '../read-body.ts'
import { withoutAbsent } from '../without-absent.ts'
import { normalize } from './normalize.ts'

const one = z.object({
  content: z.object({ parts: z.array(z.object({ text: z.string().min(1) })).min(1) }),
  taskType: z.string().nullish(),
  title: z.string().nullish(),
  outputDimensionality: z.number().int().min(1).nullish(),
})

const batch = z.object({ requests: z.array(one).min(1) })

export interface GeminiEmbeddings {
  request: EmbeddingRequest
  encode(answer: EmbeddingAnswer): unknown
}

/** Reads the body of `embedContent`. @throws BridgeError 400 with `param` */
export function readEmbedContent(raw: Record<string, unknown>): GeminiEmbeddings {
  const request = parseBody(one, normalize(raw))
  return { request: requestOf([request]), encode: ({ vectors }) => ({ embedding: { values: vectors[0] } }) }
}

/** Reads the body of `batchEmbedContents`. @throws BridgeError 400 with `param` */
export function readBatchEmbedContents(raw: Record<string, unknown>): GeminiEmbeddings {
  const { requests } = parseBody(batch, normalize(raw))
  return { request: requestOf(requests), encode: ({ vectors }) => ({ embeddings: vectors.map((values) => ({ values })) }) }
}

/** A provider is asked once, so that what is asked of the texts has to be the same. */
function requestOf(requests: readonly z.output<typeof one>[]): EmbeddingRequest {
  const { taskType: task, outputDimensionality: dimensions } = requests[0]!
  const other = requests.findIndex((request) => request.taskType !== task || request.outputDimensionality !== dimensions)
  if (other >= 0) throw invalidValue(`requests[${other}]`, "its 'taskType' and 'outputDimensionality' have to be those of the first. Send another request")
  return withoutAbsent<EmbeddingRequest>({ input: requests.map(({ content }) => content.parts.map(({ text }) => text).join('\n')), task, dimensions })
}
