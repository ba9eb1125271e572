import { setTimeout as sleep } from 'node:timers/promises'
import type { CallEvent, ProviderHead } from '../core/call.ts'
import type { CallExtras, Connection } from '../core/connection.ts'
import { BridgeError } from '../core/errors.ts'
import { withoutSecrets } from '../core/without-secrets.ts'
import { askedPause, MAX_ASKED_RETRIES, mayPass, retryDelay, type RetryPolicy } from '../core/retry-rules.ts'
import type { ProviderHealth } from './provider-health.ts'

/** Of an error's body; what is beyond it says nothing more. Bytes. */
const MAX_ERROR_BODY = 256 * 1024

/** Milliseconds by which a timer may ring before the clock says so; whoever waited for that pause need not wait again. */
const SLACK = 5

/** How a call failed for which there is no answer: it was refused, reset, or took too long to begin. */
export class NoAnswerError extends Error {
  override readonly cause: BridgeError

  constructor(cause: BridgeError) {
    super(cause.message)
    this.cause = cause
  }
}

export interface RepeatOptions {
  /** Makes one call. Throws a `NoAnswerError` where another may go better. */
  attempt(extras: CallExtras | undefined): AsyncIterable<CallEvent>
  /** `provider/model` */
  model: string
  provider: string
  connection: Connection | undefined
  policy: RetryPolicy
  health: ProviderHealth
  signal: AbortSignal
}

type RetryNews = Extract<CallEvent, { type: 'retry' }>

type Failure = Pick<RetryNews, 'message'> & { asked: number | undefined; limitsModel: boolean }

/** An answer that has begun. */
export interface BegunAnswer {
  events: AsyncIterable<CallEvent> | Iterable<CallEvent>
  /** Of one that is an error, which was read to its end. */
  failed?: FailedCall
}

interface FailedCall {
  head: ProviderHead
  body: string
}

/**
 * Makes a call to a provider, and repeats it before the first byte of an answer where it fails in a way that may pass:
 * as the policy says, within what all requests to the provider may, and with another credential where one was refused.
 * @yields that it is repeated, before the pause that comes first
 * @returns the answer, so that its pieces need not come through here
 * @throws BridgeError the last attempt's where that brought no answer, or the signal's reason
 */
export async function* repeatCall(options: RepeatOptions): AsyncGenerator<RetryNews, BegunAnswer> {
  const { attempt: call, model, provider, connection, health, signal } = options
  const policy = { ...options.policy, ...connection?.retry }
  let renewed: CallExtras | undefined
  let asked = 0
  health.begin(provider)
  yield* rest(0)
  for (let attempt = 1; ; attempt++) {
    const extras = renewed ?? (await connection?.extras())
    let answer: BegunAnswer | undefined
    let failure: Failure | undefined
    let noAnswer: BridgeError | undefined
    try {
      answer = await begin(call(extras), extras)
      if (answer.failed === undefined) return answer
      failure = failureOf(answer.failed)
    } catch (error) {
      if (!(error instanceof NoAnswerError)) throw error
      noAnswer = error.cause
      failure = { message: error.message, asked: undefined, limitsModel: false }
    }
    if (answer?.failed?.head.status === 401 && extras !== undefined && renewed === undefined) {
      renewed = await connection!.renew(extras)
      if (renewed !== undefined) {
        yield { type: 'retry', attempt, delay: 0, message: 'The provider answered 401; the credential was fetched anew' }
        continue
      }
    }
    renewed = undefined
    const delay = failure && delayAfter(failure, attempt)
    if (failure === undefined || delay === undefined) {
      if (noAnswer) throw noAnswer
      return answer!
    }
    yield { type: 'retry', attempt, delay, message: failure.message }
    await pause(delay, signal)
    // Another request may have been told meanwhile to wait longer.
    yield* rest(attempt)
  }

  /** Waits for what the provider has asked another request for. */
  async function* rest(attempt: number): AsyncGenerator<RetryNews> {
    const delay = Math.ceil(health.pauseOf(provider, model))
    if (delay <= SLACK) return
    yield { type: 'retry', attempt, delay, message: 'The provider has asked another request for a pause' }
    await pause(delay, signal)
  }

  function delayAfter({ asked: time, limitsModel }: Failure, attempt: number): number | undefined {
    if (time !== undefined) asked++
    if (attempt > policy.maxRetries || asked > MAX_ASKED_RETRIES) return undefined
    const delay = retryDelay(policy, attempt, time)
    if (delay === undefined || !health.takeRetry(provider)) return undefined
    if (time !== undefined) health.rest(limitsModel ? model : provider, time)
    return delay
  }
}

/** Waits for the head of an answer, and where that tells of an error for all of it. */
async function begin(call: AsyncIterable<CallEvent>, extras: CallExtras | undefined): Promise<BegunAnswer> {
  const events = call[Symbol.asyncIterator]()
  const first = await events.next()
  const head = !first.done && first.value.type === 'head' ? first.value : undefined
  // The credential would go along to an address that nobody chose.
  if (head && head.status >= 300 && head.status < 400) throw redirected(head.status)
  const all = resumed(first, events)
  return head && head.status >= 400 ? readFailed(head, all, extras) : { events: all }
}

/** What an iterator gives, of which the first was taken. */
function resumed<T>(first: IteratorResult<T>, iterator: AsyncIterator<T>): AsyncIterable<T> {
  let held: IteratorResult<T> | undefined = first
  const next = async (): Promise<IteratorResult<T>> => {
    if (held === undefined) return iterator.next()
    const taken = held
    held = undefined
    return taken
  }
  return { [Symbol.asyncIterator]: () => ({ next, return: async () => (await iterator.return?.()) ?? { done: true, value: undefined } }) }
}

async function readFailed(head: ProviderHead, events: AsyncIterable<CallEvent>, extras: CallExtras | undefined): Promise<BegunAnswer> {
  const pieces: Uint8Array[] = []
  let size = 0
  for await (const event of events) if (event.type === 'bytes' && (size += event.bytes.length) <= MAX_ERROR_BODY) pieces.push(event.bytes)
  const text = Buffer.concat(pieces).toString('utf8')
  const body = extras ? withoutSecrets(text, extras) : text
  return { failed: { head, body }, events: [{ ...head, type: 'head' }, ...(body === '' ? [] : [{ type: 'bytes', bytes: Buffer.from(body) } as const])] }
}

function failureOf({ head: { status, headers }, body }: FailedCall): Failure | undefined {
  const header = (name: string) => headers[name]
  if (!mayPass({ status, header, body })) return undefined
  return { message: `The provider answered ${status}`, asked: askedPause(header), limitsModel: status === 429 }
}

async function pause(time: number, signal: AbortSignal): Promise<void> {
  await sleep(time, undefined, { signal }).catch(() => {})
  signal.throwIfAborted()
}

function redirected(status: number): BridgeError {
  const message = `The provider answered ${status}, a redirect, which is not followed: the credential would go with it. Correct the provider’s base URL.`
  return new BridgeError(message, { code: 'upstream_error', status: 502 })
}
