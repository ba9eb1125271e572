import { isObject } from '../../core/json-value.ts'
import { milliseconds } from './retry-after.ts'

/** What a provider's error body says, in whichever of the common shapes it comes. */
export interface ProviderWords {
  message?: string
  type?: string
  code?: string
  param?: string
  /** An HTTP status that the body names; it counts where the answer's own says nothing. */
  status?: number
  /** Milliseconds. */
  retryAfter?: number
}

/** Beside OpenAI's: Anthropic's, Google's (also in a list), FastAPI's, Cloudflare's, and an error that is a mere text. */
export function readProviderWords(body: unknown): ProviderWords {
  if (Array.isArray(body)) return readProviderWords(body[0])
  if (!isObject(body)) return {}
  const error = [body.error, Array.isArray(body.errors) ? body.errors[0] : undefined, body.detail, body.message].find(isObject) ?? body
  const details = Array.isArray(error.details) ? error.details.filter(isObject) : []
  return defined({
    message: messageOf(error) ?? text(body.error) ?? text(body.message),
    // An event of a stream is of type `error`, which is no type of error.
    type: [error.type, body.type].map(text).find((type) => type !== undefined && type !== 'error'),
    code: codeOf(error, details),
    param: text(error.param) ?? fieldOf(error.detail) ?? violatedField(details),
    status: statusOf(error) ?? statusOf(body),
    retryAfter: retryOf(error, details),
  })
}

/** Google's names of what went wrong, which its errors have beside the number. */
const STATUSES: Record<string, number> = {
  INVALID_ARGUMENT: 400,
  FAILED_PRECONDITION: 400,
  UNAUTHENTICATED: 401,
  PERMISSION_DENIED: 403,
  NOT_FOUND: 404,
  RESOURCE_EXHAUSTED: 429,
  UNAVAILABLE: 503,
  DEADLINE_EXCEEDED: 504,
}

function messageOf(error: Record<string, unknown>): string | undefined {
  const message = text(error.message) ?? text(error.detail) ?? problemsOf(error.detail)
  // OpenRouter's own message is always the same; what its provider said stands beside it.
  const raw = isObject(error.metadata) ? text(error.metadata.raw) : undefined
  return message !== undefined && raw !== undefined ? `${message}: ${raw}` : message
}

/** FastAPI's list: `[{loc: ["body", "messages", 0], msg: "Field required", type: "missing"}]`. */
function problemsOf(detail: unknown): string | undefined {
  if (!Array.isArray(detail)) return undefined
  const problems = detail.filter(isObject).map((problem) => [locationOf(problem), text(problem.msg) ?? text(problem.message)].filter(Boolean).join(': '))
  return problems.filter(Boolean).join('; ') || undefined
}

function fieldOf(detail: unknown): string | undefined {
  return Array.isArray(detail) && isObject(detail[0]) ? locationOf(detail[0]) : undefined
}

function locationOf({ loc }: Record<string, unknown>): string | undefined {
  return Array.isArray(loc) ? loc.filter((step, index) => index > 0 || step !== 'body').join('.') || undefined : undefined
}

function codeOf({ code }: Record<string, unknown>, details: Record<string, unknown>[]): string | undefined {
  // To Google a wrong key is an invalid argument.
  if (details.some(({ reason }) => reason === 'API_KEY_INVALID')) return 'invalid_api_key'
  // Some have a status in the place of a code.
  return httpStatus(code) === undefined ? text(code) : undefined
}

/** Google's `BadRequest`. */
function violatedField(details: Record<string, unknown>[]): string | undefined {
  const violations = details.flatMap(({ fieldViolations }) => (Array.isArray(fieldViolations) ? fieldViolations : []))
  return violations.filter(isObject).map(({ field }) => text(field))[0]
}

function statusOf({ code, status, status_code: snakeCase, statusCode: camelCase }: Record<string, unknown>): number | undefined {
  return [code, status, snakeCase, camelCase].map(httpStatus).find((found) => found !== undefined) ?? STATUSES[text(status) ?? '']
}

/** Google's `RetryInfo`, and the end of a ChatGPT plan's quota. */
function retryOf(error: Record<string, unknown>, details: Record<string, unknown>[]): number | undefined {
  const delay = details.map((detail) => text(detail.retryDelay)).find((delay) => delay?.endsWith('s'))
  return milliseconds(delay?.slice(0, -1), 1000) ?? milliseconds(error.resets_in_seconds, 1000)
}

function httpStatus(value: unknown): number | undefined {
  const status = typeof value === 'string' && /^\d{3}$/.test(value) ? Number(value) : value
  return typeof status === 'number' && Number.isInteger(status) && status >= 400 && status <= 599 ? status : undefined
}

function text(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined
}

function defined(words: { [key in keyof ProviderWords]: ProviderWords[key] | undefined }): ProviderWords {
  return Object.fromEntries(Object.entries(words).filter(([, value]) => value !== undefined))
}
