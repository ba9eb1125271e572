import { randomUUID } from 'node:crypto'
import { type H3Event, onDispose } from 'h3'
import type { BridgeError } from '../core/errors.ts'
import type { OpenRecord } from '../records/open-record.ts'
import type { Recorder } from '../records/recorder.ts'
import { parseTraceParent } from '../records/trace-parent.ts'

const records = new WeakMap<H3Event, OpenRecord>()

/** Of what a program calls itself. Characters. */
const MAX_USER_AGENT = 200

/** Begins to follow a request, until the last byte of its answer is out or the client is gone. */
export function beginRecord(event: H3Event, recorder: Recorder): void {
  const { headers, method } = event.req
  const userAgent = headers.get('user-agent')?.slice(0, MAX_USER_AGENT)
  const trace = parseTraceParent(headers.get('traceparent'))
  const record = recorder.begin({
    requestId: saneRequestId(headers.get('x-request-id')) ?? `req_${randomUUID().replaceAll('-', '')}`,
    method,
    path: event.url.pathname,
    ...(userAgent && { userAgent }),
    ...(trace && { trace }),
  })
  records.set(event, record)
  tellRequestId(event, 'x-request-id')
  onDispose(event, (reason) => record.end(reason === undefined))
}

/** Puts the id into a header of the answer, whatever that will be. */
export function tellRequestId(event: H3Event, header: string | undefined): void {
  if (header === undefined) return
  for (const headers of [event.res.headers, event.res.errHeaders]) headers.set(header, recordOf(event).requestId)
}

export function hasRecord(event: H3Event): boolean {
  return records.has(event)
}

/** That of a request for which `beginRecord` was called. */
export function recordOf(event: H3Event): OpenRecord {
  return records.get(event)!
}

/** Hears of defects of the bridge. Their text may quote a request, so no record has it. */
export type OnDefect = (requestId: string, error: Error) => void

/** Tells of an error that is one. */
export function tellDefect(event: H3Event, { code, cause }: BridgeError, onDefect: OnDefect): void {
  if (code === 'internal_error' && cause instanceof Error) onDefect(recordOf(event).requestId, cause)
}

/** A client's id is taken over unless it could garble a header or a log. */
function saneRequestId(id: string | null): string | undefined {
  return id !== null && /^[\w.:-]{1,128}$/.test(id) ? id : undefined
}
