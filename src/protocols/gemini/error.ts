import type { BridgeError } from '../../core/errors.ts'
import type { JsonError } from './shapes.ts'

const TYPE = 'type.googleapis.com/google.rpc'

/** The names that Google's servers give to HTTP statuses. */
const STATUSES: Record<number, string> = {
  401: 'UNAUTHENTICATED',
  403: 'PERMISSION_DENIED',
  404: 'NOT_FOUND',
  405: 'UNIMPLEMENTED',
  408: 'DEADLINE_EXCEEDED',
  409: 'ABORTED',
  429: 'RESOURCE_EXHAUSTED',
  499: 'CANCELLED',
  502: 'UNAVAILABLE',
  503: 'UNAVAILABLE',
  504: 'DEADLINE_EXCEEDED',
}

/** Puts an error into Google's envelope. Its details are those of `google.rpc`, which clients look into for pauses. */
export function encodeGeminiError(error: BridgeError): JsonError {
  const { status, message, code, param, retryAfter } = error
  return {
    error: {
      code: status,
      message,
      status: STATUSES[status] ?? (status >= 500 ? 'INTERNAL' : 'INVALID_ARGUMENT'),
      details: [
        { '@type': `${TYPE}.ErrorInfo`, reason: code.toUpperCase(), domain: 'opencode-bridge' },
        ...(param === undefined ? [] : [{ '@type': `${TYPE}.BadRequest`, fieldViolations: [{ field: param, description: message }] }]),
        ...(retryAfter === undefined ? [] : [{ '@type': `${TYPE}.RetryInfo`, retryDelay: `${retryAfter / 1000}s` }]),
      ],
    },
  }
}
