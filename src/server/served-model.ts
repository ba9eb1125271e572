import type { H3Event } from 'h3'
import type { Model } from '../core/model.ts'
import { traceOf } from './request-trace.ts'

/**
 * Tells the client by headers which model is asked and what of the request has no effect on it. The last call before
 * the head of the answer is sent counts.
 */
export function reportModel(event: H3Event, { id }: Model, ignored: readonly string[] = []): void {
  traceOf(event).model = id
  for (const headers of [event.res.headers, event.res.errHeaders]) {
    headers.set('x-bridge-model', id)
    if (ignored.length > 0) headers.set('x-bridge-ignored', ignored.join(', '))
    else headers.delete('x-bridge-ignored')
  }
}
