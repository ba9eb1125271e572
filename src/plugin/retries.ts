import type { RetryPolicy } from './contract.ts'

const MAX_ERROR_BODY = 64 * 1024

/**
 * How often a call is repeated whose provider said when. Its words reach the client, who can wait as well, and many
 * clients repeat every failure by themselves: each repetition of ours is then multiplied by theirs.
 */
const MAX_ASKED_RETRIES = 1

export interface RetryOptions {
  policy: RetryPolicy
  signal?: AbortSignal | undefined
  /** The call failed, and is made again after `delay` milliseconds. */
  onRetry(attempt: number, delay: number, message: string): void
  /** The provider answered; `body` is there where the answer is an error, cut to 64 kB. */
  onAnswer?(response: Response, body: string | undefined): void
}

/** In milliseconds; a timer of more fires at once. */
const LONGEST_TIMER = 2 ** 31 - 1

/**
 * Makes a call to a provider, and repeats it as the policy says while it fails in a way that may pass.
 * @returns the last answer, which may be an error that is not worth repeating or that no retry is left for
 * @throws the last attempt's error where that brought no answer, or the signal's reason
 */
export async function withRetries(call: () => Promise<Response>, { policy, signal, onRetry, onAnswer }: RetryOptions): Promise<Response> {
  let asked = 0
  for (let attempt = 1; ; attempt++) {
    const outcome = await call().catch((error: unknown) => ({ error }))
    const failure = 'error' in outcome ? connectionFailure(outcome.error, signal) : await answerFailure(outcome, onAnswer)
    if (failure?.retryAfter !== undefined) asked++
    const left = attempt <= policy.maxRetries && asked <= MAX_ASKED_RETRIES
    const delay = failure && left ? retryDelay(policy, attempt, failure.retryAfter) : undefined
    if (failure === undefined || delay === undefined) {
      if ('error' in outcome) throw outcome.error
      return outcome
    }
    onRetry(attempt, delay, failure.message)
    await new Promise((resolve) => setTimeout(resolve, delay))
    signal?.throwIfAborted()
  }
}

interface Failure {
  message: string
  /** Milliseconds that the provider asked for. */
  retryAfter: number | undefined
}

function connectionFailure(error: unknown, signal: AbortSignal | undefined): Failure | undefined {
  if (signal?.aborted) return undefined
  return { message: error instanceof Error ? error.message : String(error), retryAfter: undefined }
}

/** Says whether the call is worth repeating. */
async function answerFailure(response: Response, onAnswer: RetryOptions['onAnswer']): Promise<Failure | undefined> {
  const body = response.ok
    ? undefined
    : (
        await response
          .clone()
          .text()
          .catch(() => '')
      ).slice(0, MAX_ERROR_BODY)
  onAnswer?.(response, body)
  if (!isRetryable(response, body)) return undefined
  return { message: `The provider answered ${response.status}`, retryAfter: pause(response.headers) }
}

function isRetryable({ ok, status, headers }: Response, body: string | undefined): boolean {
  // OpenAI and Anthropic say so themselves where the status says too little.
  const told = headers.get('x-should-retry')
  if (!ok && (told === 'true' || told === 'false')) return told === 'true'
  // A used-up quota is not refilled by waiting.
  if (status === 429) return !body?.includes('insufficient_quota')
  return status === 408 || status === 409 || status >= 500
}

/** The pause a provider asked for in milliseconds: `retry-after-ms`, seconds, or an HTTP date. */
function pause(headers: Headers): number | undefined {
  const exact = Number.parseFloat(headers.get('retry-after-ms') ?? '')
  if (Number.isFinite(exact)) return Math.max(0, exact)
  const value = headers.get('retry-after')
  if (value === null) return undefined
  const seconds = Number(value)
  const milliseconds = Number.isFinite(seconds) ? seconds * 1000 : Date.parse(value) - Date.now()
  return Number.isFinite(milliseconds) ? Math.max(0, milliseconds) : undefined
}

/** Milliseconds before the next attempt, or undefined when the provider asks for more patience than allowed. */
function retryDelay(policy: RetryPolicy, attempt: number, asked: number | undefined): number | undefined {
  if (asked !== undefined) return asked > policy.maxRetryAfter ? undefined : asked
  const base = policy.delay * 2 ** (attempt - 1)
  return Math.min(Math.round(base * (0.75 + Math.random() * 0.5)), LONGEST_TIMER)
}
