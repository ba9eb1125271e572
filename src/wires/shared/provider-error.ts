import { BridgeError, type ErrorCode } from '../../core/errors.ts'
import { isObject } from '../../core/json-value.ts'
import { withoutFiles } from '../../core/without-files.ts'
import { isContextOverflow } from './context-overflow.ts'
import { type ProviderWords, readProviderWords } from './provider-words.ts'
import { retryAfterOf } from './retry-after.ts'

/** An answer that is no success. */
export interface HttpErrorAnswer {
  status: number
  /** Names in lower case. */
  headers: Readonly<Record<string, string>>
  body: string
}

/** A provider may repeat the whole prompt in its complaint. Characters. */
const MAX_MESSAGE = 2000

/** Makes the client's error of a provider's: its status, type, code, message and the pause that it asks for. */
export function toProviderError({ status, headers, body }: HttpErrorAnswer): BridgeError {
  const words = readProviderWords(parseJson(body))
  const retryAfter = retryAfterOf(headers)
  const told = { ...words, ...(retryAfter !== undefined && { retryAfter }) }
  return toError(told, status === 401 ? statusOfZen(words) : status, words.message ?? describe(status, body))
}

/** Zen answers most of what is wrong with 401; by the type it is known what that is. */
function statusOfZen({ type = '' }: ProviderWords): number {
  const code = CODES_OF_TYPES[type]
  return code === undefined ? 401 : STATUSES[code]
}

/**
 * The error that stands in the place of an answer, or in the middle of one, under a status of success.
 * @param data the JSON of an event or of a whole body
 * @returns undefined for what is no error
 */
export function errorInAnswer(data: unknown): BridgeError | undefined {
  if (!tellsError(Array.isArray(data) ? data[0] : data)) return undefined
  const words = readProviderWords(data)
  const { message = 'The provider ended its answer with an error that it did not explain.' } = words
  return toError(words, words.status ?? fittingStatus(words, message), message)
}

function tellsError(data: unknown): boolean {
  if (!isObject(data)) return false
  return Boolean(data.error) || data.type === 'error' || data.object === 'error' || (!('choices' in data) && data.detail !== undefined)
}

function toError(words: ProviderWords, status: number, message: string): BridgeError {
  const { param, type, retryAfter } = words
  return new BridgeError(shorten(message), {
    code: toCode(words, status, message),
    // A redirect or the like, which nobody followed, is the gateway's failure.
    status: status >= 400 ? status : 502,
    ...(param !== undefined && { param }),
    // Zen’s names no client knows; its format has one for the status.
    ...(type !== undefined && !(type in CODES_OF_TYPES && /^[A-Z]/.test(type)) && { type }),
    ...(retryAfter !== undefined && { retryAfter }),
  })
}

/** What opencode's own gateway, Zen, says by the type alone: its status is 401 for most of them. */
const CODES_OF_TYPES: Record<string, keyof typeof STATUSES> = {
  AuthError: 'invalid_api_key',
  ModelError: 'model_not_found',
  CreditsError: 'insufficient_quota',
  MonthlyLimitError: 'insufficient_quota',
  UserLimitError: 'insufficient_quota',
  RateLimitError: 'rate_limit_exceeded',
  FreeUsageLimitError: 'rate_limit_exceeded',
  insufficient_quota: 'insufficient_quota',
  context_length_exceeded: 'context_length_exceeded',
}

const STATUSES = { invalid_api_key: 401, model_not_found: 404, insufficient_quota: 429, rate_limit_exceeded: 429, context_length_exceeded: 400 } as const

function toCode({ code, type }: ProviderWords, status: number, message: string): ErrorCode {
  // A 413 without a code is a prompt that is too long; with one, it may be about bytes.
  if (status === 413) return code ?? 'context_length_exceeded'
  if (status < 500 && status !== 429 && isContextOverflow(message)) return 'context_length_exceeded'
  const known = CODES_OF_TYPES[type ?? '']
  if (code ?? known) return (code ?? known)!
  if (status === 401) return 'invalid_api_key'
  if (status === 429) return 'rate_limit_exceeded'
  return 'upstream_error'
}

/** The status that goes with a code or type, for an error under a status of success. */
function fittingStatus({ code = '', type = '' }: ProviderWords, message: string): number {
  if (isContextOverflow(message)) return 400
  const word = `${code} ${type}`.toLowerCase()
  return FITTING.find(([pattern]) => pattern.test(word))?.[1] ?? 502
}

const FITTING: readonly (readonly [RegExp, number])[] = [
  [/rate_?limit|quota|exhausted|throttl|credits|usage_?limit|monthlylimit|userlimit/, 429],
  [/auth|api_key/, 401],
  [/permission|forbidden/, 403],
  [/not_?found|modelerror/, 404],
  [/invalid|bad_request|context_length|content_filter|policy|unsupported/, 400],
  [/overload|unavailable/, 503],
  [/timeout|timed_out/, 504],
]

/** For a body without an error in it, such as a proxy's page. */
function describe(status: number, body: string): string {
  const said = body.trimStart().startsWith('<') ? /<title[^>]*>([^<]*)/i.exec(body)?.[1] : body
  const line = said?.replaceAll(/\s+/g, ' ').trim() ?? ''
  return `The provider answered with HTTP ${status}${line === '' ? '.' : `: ${line}`}`
}

function shorten(message: string): string {
  const text = withoutFiles(message)
  return text.length > MAX_MESSAGE ? `${text.slice(0, MAX_MESSAGE)}…` : text
}

function parseJson(body: string): unknown {
  try {
    return JSON.parse(body)
  } catch {
    // A proxy's HTML page, say.
    return undefined
  }
}
