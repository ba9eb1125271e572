import { askedPause, MAX_ASKED_RETRIES, mayPass, retryDelay, type RetryPolicy } from '../core/retry-rules.ts'

const MAX_ERROR_BODY = 64 * 1024

export interface RetryOptions {
  policy: RetryPolicy
  signal?: AbortSignal | undefined
  /** The call failed, and is made again after `delay` milliseconds. */
  onRetry(attempt: number, delay: number, message: string): void
  /** The provider answered; `body` is there where the answer is an error, cut to 64 kB. */
  onAnswer?(response: Response, body: string | undefined): void
}

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
  const header = (name: string) => response.headers.get(name)
  if (response.ok || !mayPass({ status: response.status, header, body: body ?? '' })) return undefined
  return { message: `The provider answered ${response.status}`, retryAfter: askedPause(header) }
}
