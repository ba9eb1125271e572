import { expect, it } from 'vitest'
import { BridgeError } from '../../src/core/errors.ts'
import { encodeOpenAIError } from '../../src/protocols/openai-error.ts'

it.each([
  [400, 'invalid_value', undefined, 'invalid_request_error'],
  [401, 'invalid_api_key', undefined, 'invalid_request_error'],
  [404, 'model_not_found', undefined, 'invalid_request_error'],
  [429, 'rate_limit_exceeded', undefined, 'rate_limit_error'],
  [429, 'insufficient_quota', undefined, 'insufficient_quota'],
  [500, 'internal_error', undefined, 'server_error'],
  [503, 'bridge_draining', undefined, 'server_error'],
  [400, 'upstream_error', 'image_parse_error', 'image_parse_error'],
])('%i %s (type %s) has the type %s', (status, code, own, type) => {
  const error = new BridgeError('No.', { status, code, param: 'model', ...(own && { type: own }) })
  expect(encodeOpenAIError(error)).toEqual({ error: { message: 'No.', type, param: 'model', code } })
})

it('has no parameter when none is to blame', () => {
  expect(encodeOpenAIError(new BridgeError('No.', { status: 500, code: 'x' })).error.param).toBeNull()
})
