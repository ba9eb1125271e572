import type { H3Event } from 'h3'
import type { DraftPrompt } from '../protocols/draft-prompt.ts'
import { decodeCountRequest, encodeCount } from '../protocols/messages/index.ts'
import type { DecodeContext } from '../protocols/protocol.ts'
import { createResponses, encodeInputTokens } from '../protocols/responses/index.ts'
import { estimateTokens } from '../protocols/token-estimate.ts'
import { clientOf } from './admit.ts'
import { modelNames, type Services } from './app-options.ts'
import { readJsonBody } from './json-body.ts'
import { resolveModel } from '../models/names.ts'

/**
 * Counts the tokens of a request. It is an estimate, as the provider's own tokenizer is not here, and a header says so.
 * @param decode reads the body
 */
export async function countTokens(
  event: H3Event,
  services: Services,
  decode: (body: Record<string, unknown>, context: DecodeContext) => DraftPrompt,
): Promise<number> {
  const body = await readJsonBody(event, services)
  const prompt = decode(body, { resolveModel: (name) => resolveModel(name, modelNames(services)) })
  event.res.headers.set('x-bridge-estimate', 'true')
  return estimateTokens(prompt)
}

/** Answers `POST /v1/messages/count_tokens`. */
export async function countMessageTokens(event: H3Event, services: Services): Promise<unknown> {
  return encodeCount(await countTokens(event, services, decodeCountRequest))
}

/** Answers `POST /v1/responses/input_tokens`. */
export async function countResponseTokens(event: H3Event, services: Services): Promise<unknown> {
  // It only looks up what the request refers to: a response that is never begun is not kept.
  const { decode } = createResponses(services.responses.of(clientOf(event).id).follow(() => {}))
  return encodeInputTokens(await countTokens(event, services, (body, context) => decode(body, context).prompt))
}
