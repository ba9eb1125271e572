import { count, duration } from '../setting.ts'

/** When to give up, and when to try again. */
export const limits = {
  firstTokenTimeout: duration(120_000, 'Until the first token; then 504', { project: true }),
  tokenTimeout: duration(120_000, 'Between two tokens; then 504', { project: true }),
  requestTimeout: duration(20 * 60_000, 'For a whole request, and for a message of a session; then 504', { project: true }),
  drainTimeout: duration(30_000, 'For running requests once the daemon was asked to stop', { project: true }),
  maxRetries: count(0, 4, 'Of a failed call to the provider, never after a token; once where it says when (`Retry-After`)'),
  retryDelay: duration(500, 'Before the first of them; it doubles with each'),
  freeRetries: count(0, 10, 'In a minute, to one provider; beyond them, no more than a fifth of the requests to it are repeated'),
  maxRetryAfter: duration(20_000, 'A provider that asks for a longer pause gets no retry, and the client its error'),
}
