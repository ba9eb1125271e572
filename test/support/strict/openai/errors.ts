import { typeName } from '../check.ts'
import { Refusal } from '../refusal.ts'

export interface OpenAiError {
  message: string
  type: string
  param: string | null
  code: string | null
}

interface Details {
  status?: number
  type?: string
  param?: string | null
  code?: string | null
}

/** OpenAI's envelope: a 400 `invalid_request_error` unless said otherwise. */
export function openAiRefusal(
  rule: string,
  message: string,
  { status = 400, type = 'invalid_request_error', param = null, code = null }: Details = {},
): Refusal {
  const error: OpenAiError = { message, type, param, code }
  return new Refusal(rule, status, message, { error })
}

export function unknownParameter(rule: string, param: string): Refusal {
  return openAiRefusal(rule, `Unknown parameter: '${param}'.`, { param, code: 'unknown_parameter' })
}

export function missingParameter(rule: string, param: string): Refusal {
  return openAiRefusal(rule, `Missing required parameter: '${param}'.`, { param, code: 'missing_required_parameter' })
}

export function wrongType(rule: string, param: string, expected: string, value: unknown): Refusal {
  return openAiRefusal(rule, `Invalid type for '${param}': expected ${expected}, but got ${typeName(value)} instead.`, { param, code: 'invalid_type' })
}

export function wrongValue(rule: string, param: string, value: unknown, supported: readonly string[]): Refusal {
  const list = supported.map((one) => `'${one}'`)
  const words = list.length > 1 ? `${list.slice(0, -1).join(', ')}, and ${list.at(-1)}` : list.join('')
  return openAiRefusal(rule, `Invalid value: '${String(value)}'. Supported values are: ${words}.`, { param, code: 'invalid_value' })
}

export function tooLong(rule: string, param: string, maximum: number, value: string): Refusal {
  const message = `Invalid '${param}': string too long. Expected a string with maximum length ${maximum}, but got a string with length ${value.length} instead.`
  return openAiRefusal(rule, message, { param, code: 'string_above_max_length' })
}

export function emptyArray(rule: string, param: string): Refusal {
  return openAiRefusal(rule, `Invalid '${param}': empty array. Expected an array with minimum length 1, but got an empty array instead.`, {
    param,
    code: 'empty_array',
  })
}

/** What OpenAI answers when it fails by itself. */
export function openAiFailure(status: number): { error: OpenAiError } {
  const { message, type, code } = FAILURES[status] ?? { message: `The request failed with status ${status}.`, type: 'server_error', code: null }
  return { error: { message, type, param: null, code } }
}

const FAILURES: Record<number, Omit<OpenAiError, 'param'>> = {
  400: {
    message: "This model's maximum context length is 8192 tokens. However, your messages resulted in 9000 tokens. Please reduce the length of the messages.",
    type: 'invalid_request_error',
    code: 'context_length_exceeded',
  },
  401: {
    message: 'Incorrect API key provided. You can find your API key at https://platform.openai.com/account/api-keys.',
    type: 'invalid_request_error',
    code: 'invalid_api_key',
  },
  403: { message: 'Country, region, or territory not supported', type: 'request_forbidden', code: 'unsupported_country_region_territory' },
  404: { message: 'The model does not exist or you do not have access to it.', type: 'invalid_request_error', code: 'model_not_found' },
  429: { message: 'Rate limit reached for requests', type: 'requests', code: 'rate_limit_exceeded' },
  500: { message: 'The server had an error while processing your request. Sorry about that!', type: 'server_error', code: null },
  503: { message: 'The engine is currently overloaded, please try again later', type: 'service_unavailable', code: null },
}

/** A bearer key that is the server's. */
export function requireBearer(rule: string, authorization: string | undefined, key: string): void {
  const given = /^Bearer (.+)$/.exec(authorization ?? '')?.[1]
  if (given === key) return
  const message =
    given === undefined
      ? "You didn't provide an API key. You need to provide your API key in an Authorization header using Bearer auth."
      : `Incorrect API key provided: ${given.slice(0, 3)}***. You can find your API key at https://platform.openai.com/account/api-keys.`
  throw openAiRefusal(rule, message, { status: 401, code: given === undefined ? null : 'invalid_api_key' })
}
