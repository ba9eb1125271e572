import type { BridgeError } from '../core/errors.ts'

/** The error envelope of every OpenAI endpoint. */
export interface OpenAIErrorBody {
  error: {
    message: string
    type: string
    param: string | null
    code: string | null
  }
}

/** Puts an error into OpenAI's envelope. The provider's own `type` wins over the one that the status implies. */
export function encodeOpenAIError(error: BridgeError): OpenAIErrorBody {
  return {
    error: {
      message: error.message,
      type: error.type ?? impliedType(error),
      param: error.param ?? null,
      code: error.code,
    },
  }
}

function impliedType({ status, code }: BridgeError): string {
  if (status === 429) return code === 'insufficient_quota' ? 'insufficient_quota' : 'rate_limit_error'
  return status >= 500 ? 'server_error' : 'invalid_request_error'
}
