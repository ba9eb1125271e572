import { LONGEST_DELAY } from './timer-delay.ts'

/** When a failed call to the provider is repeated; times in milliseconds. */
export interface RetryPolicy {
  maxRetries: number
  delay: number
  /** A provider that asks for a longer pause gets no further call. */
  maxRetryAfter: number
}

/** What came of a call that failed. */
export interface FailedAnswer {
  status: number
  /** By its name in lower case. */
  header(name: string): string | null | undefined
  body: string
}

/**
 * How often a call is repeated whose provider said when. Its words reach the client, who can wait as well, and many
 * clients repeat every failure by themselves: each repetition of ours is then multiplied by theirs.
 */
export const MAX_ASKED_RETRIES = 1

/** Whether the same call may succeed later. */
export function mayPass({ status, header, body }: FailedAnswer): boolean {
  // OpenAI and Anthropic say so themselves where the status says too little.
  const told = header('x-should-retry')
  if (told === 'true' || told === 'false') return told === 'true'
  // A used-up quota is not refilled by waiting.
  if (status === 429) return !body.includes('insufficient_quota')
  return status === 408 || status === 409 || status >= 500
}

/** The pause a provider asked for in milliseconds: `retry-after-ms`, seconds, or an HTTP date. */
export function askedPause(header: FailedAnswer['header']): number | undefined {
  const exact = Number.parseFloat(header('retry-after-ms') ?? '')
  if (Number.isFinite(exact)) return Math.max(0, exact)
  const value = header('retry-after')
  if (value == null) return undefined
  const seconds = Number(value)
  const milliseconds = Number.isFinite(seconds) ? seconds * 1000 : Date.parse(value) - Date.now()
  return Number.isFinite(milliseconds) ? Math.max(0, milliseconds) : undefined
}

/** Milliseconds before the next attempt, or undefined when the provider asks for more patience than allowed. */
export function retryDelay(policy: RetryPolicy, attempt: number, asked: number | undefined): number | undefined {
  if (asked !== undefined) return asked > policy.maxRetryAfter ? undefined : asked
  const base = policy.delay * 2 ** (attempt - 1)
  return Math.min(Math.round(base * (0.75 + Math.random() * 0.5)), LONGEST_DELAY)
}
