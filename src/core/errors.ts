import { faultBehind } from './system-fault.ts'
import { withoutFiles } from './without-files.ts'

/** What went wrong, as a stable word that clients can branch on. OpenAI's own codes where it has one. */
export type ErrorCode =
  | 'invalid_json'
  | 'invalid_url'
  | 'invalid_type'
  | 'invalid_value'
  | 'missing_required_parameter'
  | 'unsupported_value'
  | 'unsupported_parameter'
  | 'invalid_api_key'
  | 'forbidden_host'
  | 'forbidden_origin'
  | 'model_not_found'
  | 'no_models'
  | 'unknown_url'
  | 'method_not_allowed'
  | 'request_too_large'
  | 'upload_timeout'
  | 'unsupported_media_type'
  | 'context_length_exceeded'
  | 'content_filter'
  | 'rate_limit_exceeded'
  | 'insufficient_quota'
  | 'bridge_overloaded'
  | 'bridge_draining'
  | 'timeout'
  | 'client_too_slow'
  | 'upstream_error'
  | 'upstream_incomplete'
  | 'process_failed'
  | 'system_fault'
  | 'internal_error'
  | 'cancelled'
  | (string & {})

export interface BridgeErrorOptions {
  code: ErrorCode
  /** The HTTP status that a client should see. */
  status: number
  /** The name of the offending request field, if one is to blame. */
  param?: string
  /** Milliseconds after which a repeated request may succeed. */
  retryAfter?: number
  /** The provider's own error type, when it named one. */
  type?: string
  /** The provider's answer, for clients that speak its format. */
  answer?: ProviderErrorAnswer
  /** Whether the client has heard of it already, from the provider, in the middle of a stream. */
  told?: boolean
  /** Whether the bridge has repeated the call to the provider, in vain. */
  repeated?: boolean
  cause?: unknown
}

/** A provider's error as it came. */
export interface ProviderErrorAnswer {
  /** Names in lower case. */
  headers: Readonly<Record<string, string>>
  /** A body in an envelope that clients of this format can read. */
  body?: { wire: string; text: string }
}

/**
 * The one error class of the bridge; each format maps it to its own envelope in one place. Its message repeats no
 * file, whoever's words it is.
 */
export class BridgeError extends Error {
  override readonly name = 'BridgeError'
  readonly code: ErrorCode
  readonly status: number
  readonly param: string | undefined
  readonly retryAfter: number | undefined
  readonly type: string | undefined
  readonly answer: ProviderErrorAnswer | undefined
  readonly told: boolean
  readonly repeated: boolean

  constructor(message: string, options: BridgeErrorOptions) {
    super(withoutFiles(message), options.cause === undefined ? undefined : { cause: options.cause })
    this.code = options.code
    this.status = options.status
    this.param = options.param
    this.retryAfter = options.retryAfter
    this.type = options.type
    this.answer = options.answer
    this.told = options.told ?? false
    this.repeated = options.repeated ?? false
  }

  /** The same error with more of what is known. */
  with(more: Pick<BridgeErrorOptions, 'answer' | 'told' | 'repeated'>): BridgeError {
    const { code, status, param, retryAfter, type, answer, told, repeated, cause } = this
    return new BridgeError(this.message, {
      code,
      status,
      ...(param !== undefined && { param }),
      ...(retryAfter !== undefined && { retryAfter }),
      ...(type !== undefined && { type }),
      ...(answer && { answer }),
      told,
      repeated,
      cause,
      ...more,
    })
  }
}

/**
 * Turns anything thrown into a `BridgeError`: what the system has run out of is there again some time, any other foreign
 * error becomes a 500 that does not leak its text.
 */
export function toBridgeError(error: unknown): BridgeError {
  if (error instanceof BridgeError) return error
  const fault = faultBehind(error)
  if (fault !== undefined) {
    return new BridgeError(`The bridge cannot serve this at the moment: ${fault}.`, { code: 'system_fault', status: 503, retryAfter: 1000, cause: error })
  }
  return new BridgeError('The bridge failed while handling this request; its log has the details.', {
    code: 'internal_error',
    status: 500,
    cause: error,
  })
}

/** The error of a request whose client went away. Nobody reads it; 499 is nginx's status for the log. */
export function cancelledError(): BridgeError {
  return new BridgeError('The client closed the request.', { code: 'cancelled', status: 499 })
}

/** The error of a request that was ended by whoever runs the daemon; like a client that goes, that is nobody's fault. */
export function stoppedError(): BridgeError {
  return new BridgeError('The request was stopped by whoever runs the bridge.', { code: 'cancelled', status: 499 })
}
