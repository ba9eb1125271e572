import type { H3Event } from 'h3'
import { decodeCountRequest, encodeCount } from '../protocols/messages/index.ts'
import { estimateTokens } from '../protocols/token-estimate.ts'
import { modelNames, type Services } from './app-options.ts'
import { readJsonBody } from './json-body.ts'
import { resolveModel } from './model-names.ts'

/** Answers `POST /v1/messages/count_tokens` with an estimate: the provider's own tokenizer is not here. */
export async function countTokens(event: H3Event, services: Services): Promise<unknown> {
  const body = await readJsonBody(event.req as Request, services.config.maxBodyBytes)
  const prompt = decodeCountRequest(body, { resolveModel: (name) => resolveModel(name, modelNames(services)) })
  return encodeCount(estimateTokens(prompt))
}
