import type { BridgeError } from '../../core/errors.ts'
import { errorInAnswer, toProviderError } from '../shared/provider-error.ts'

/** The statuses that Anthropic documents for its types of errors; in a stream it says the type alone. */
const STATUSES: Record<string, number> = {
  invalid_request_error: 400,
  authentication_error: 401,
  billing_error: 402,
  permission_error: 403,
  not_found_error: 404,
  request_too_large: 413,
  rate_limit_error: 429,
  api_error: 500,
  timeout_error: 504,
  overloaded_error: 529,
}

/** The error that an event or a whole body tells of, if it does. */
export function errorOf(data: unknown): BridgeError | undefined {
  const error = errorInAnswer(data)
  const status = STATUSES[error?.type ?? '']
  return status === undefined ? error : toProviderError({ status, headers: {}, body: JSON.stringify(data) })
}
