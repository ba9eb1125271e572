import { NO_USAGE } from '../../core/usage.ts'
import type { DecodeContext, ResponseIdentity } from '../protocol.ts'
import { readBody } from '../read-body.ts'
import { createEncoder } from './encode.ts'
import type { Recalled, ResponseKeeper } from './memory.ts'
import { passResponses } from './passing.ts'
import { readResponsesRequest } from './read.ts'
import { newResponse } from './response.ts'
import { requestSchema } from './schema.ts'

export interface PrepareOptions extends Pick<DecodeContext, 'resolveModel'> {
  identity: ResponseIdentity
  recalled: Recalled
  keeper: ResponseKeeper
}

/**
 * Answers a request whose client only sends ahead what it will go on with (`generate: false`): no model is asked, and there
 * need be no input yet.
 * @returns the events of its response
 * @throws BridgeError as for a request that is answered
 */
export function prepareResponse(body: Record<string, unknown>, { identity, recalled, keeper, resolveModel }: PrepareOptions): string[] {
  const asked = resolveModel(readResponsesRequest(body, { recalled, keeper }).model)
  const { onData } = passResponses(body, recalled, keeper)
  const { known } = readBody(requestSchema, body)
  const response = newResponse(known, { identity, model: known.model || asked, tools: known.tools ?? [] })
  const encoder = createEncoder(response, { offered: [], showTokens: false, mayBeEmpty: true, finished: (ended) => onData?.(ended) })
  return encoder.event({ type: 'finish', reason: 'stop', usage: NO_USAGE }, 0)
}
