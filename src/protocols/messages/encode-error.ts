import type { BridgeError } from '../../core/errors.ts'
import type { JsonError, JsonErrorType } from './shapes.ts'

const TYPES: Record<number, JsonErrorType> = {
  401: 'authentication_error',
  402: 'billing_error',
  403: 'permission_error',
  404: 'not_found_error',
  408: 'timeout_error',
  413: 'request_too_large',
  429: 'rate_limit_error',
  503: 'overloaded_error',
  504: 'timeout_error',
  529: 'overloaded_error',
}

/** Types that say what no status does, so that they are kept when the provider sent them. */
const PROVIDER_TYPES: readonly string[] = ['billing_error', 'overloaded_error'] satisfies JsonErrorType[]

/** Puts an error into Anthropic's envelope. It has no field for the parameter to blame; our messages name it. */
export function encodeAnthropicError(error: BridgeError, requestId?: string): JsonError {
  return {
    type: 'error',
    error: { type: typeOf(error), message: error.message, details: { error_code: error.code } },
    request_id: requestId ?? null,
  }
}

function typeOf({ type, status }: BridgeError): JsonErrorType {
  if (type !== undefined && PROVIDER_TYPES.includes(type)) return type as JsonErrorType
  return TYPES[status] ?? (status >= 400 && status < 500 ? 'invalid_request_error' : 'api_error')
}
