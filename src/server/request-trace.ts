import { randomUUID } from 'node:crypto'
import { type H3Event, onDispose } from 'h3'
import type { BridgeError, ErrorCode } from '../core/errors.ts'
import type { Lane } from '../core/lane.ts'

export type Outcome = 'ok' | 'failed' | 'cancelled'

/** What the log gets of a request when it is over: no prompt, no answer, no key. Times are in milliseconds. */
export interface RequestRecord {
  requestId: string
  method: string
  path: string
  /** Of the HTTP answer; a stream that fails after it began has 200 and the outcome `failed`. */
  status: number
  duration: number
  outcome: Outcome
  /** The model that was asked, once it was known. */
  model?: string
  /** The way that the request took to it. */
  lane?: Lane
  /** Models that were asked before and gave no answer, with the reason. */
  fellBack?: string[]
  /** From the arrival of the request to the first piece of its answer. */
  firstToken?: number
  /** Why it failed. */
  error?: ErrorCode
  /** The stack of an error that is a defect of the bridge. */
  detail?: string
}

export type RequestLog = (record: RequestRecord) => void

/** What becomes known of a request while it runs. */
export interface RequestTrace {
  readonly requestId: string
  /** `performance.now()` at its arrival. */
  readonly startedAt: number
  status: number
  outcome?: Outcome
  model?: string
  lane?: Lane
  fellBack?: string[]
  firstToken?: number
  error?: ErrorCode
  detail?: string
}

const traces = new WeakMap<H3Event, RequestTrace>()

/** Begins to follow a request; its record is written when the last byte of its answer is out or the client is gone. */
export function beginTrace(event: H3Event, log: RequestLog): void {
  const trace: RequestTrace = {
    requestId: saneRequestId(event.req.headers.get('x-request-id')) ?? `req_${randomUUID().replaceAll('-', '')}`,
    startedAt: performance.now(),
    status: 200,
  }
  traces.set(event, trace)
  tellRequestId(event, 'x-request-id')

  onDispose(event, (reason) => {
    const { startedAt, outcome = reason === undefined ? 'ok' : 'cancelled', ...known } = trace
    log({ ...known, method: event.req.method, path: event.url.pathname, outcome, duration: elapsed(startedAt) })
  })
}

/** Puts the id into a header of the answer, whatever that will be. */
export function tellRequestId(event: H3Event, header: string | undefined): void {
  if (header === undefined) return
  for (const headers of [event.res.headers, event.res.errHeaders]) headers.set(header, traceOf(event).requestId)
}

export function hasTrace(event: H3Event): boolean {
  return traces.has(event)
}

/** The trace of a request for which `beginTrace` was called. */
export function traceOf(event: H3Event): RequestTrace {
  return traces.get(event)!
}

/** Notes that the next model will be asked, because the last one failed before its first token. */
export function markFallback(trace: RequestTrace, { code, status }: BridgeError): void {
  trace.fellBack = [...(trace.fellBack ?? []), `${trace.model} (${status} ${code})`]
}

/** Notes the first piece of an answer; later ones change nothing. */
export function markFirstToken(trace: RequestTrace): void {
  trace.firstToken ??= elapsed(trace.startedAt)
}

/** Notes why a request failed; the stack only of a defect, for other errors may quote what a provider said. */
export function markFailure(trace: RequestTrace, error: BridgeError): void {
  trace.outcome ??= error.code === 'cancelled' ? 'cancelled' : 'failed'
  trace.error ??= error.code
  if (error.code === 'internal_error' && error.cause instanceof Error) trace.detail ??= error.cause.stack
}

function elapsed(since: number): number {
  return Math.round((performance.now() - since) * 10) / 10
}

/** A client's id is taken over unless it could garble a header or a log. */
function saneRequestId(id: string | null): string | undefined {
  return id !== null && /^[\w.:-]{1,128}$/.test(id) ? id : undefined
}
