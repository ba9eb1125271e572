import type { H3Event } from 'h3'
import type { Model } from '../core/model.ts'
import { LANE_HEADER } from '../exchange/lane.ts'
import { recordOf } from './event-record.ts'
import { headerValue } from './header-value.ts'
import type { RequestPlan } from '../exchange/request-planner.ts'

/**
 * Tells the client by headers which model is asked and what of the request has no effect on it. The last call before
 * the head of the answer is sent counts.
 */
export function reportModel(event: H3Event, { id }: Model, ignored: readonly string[] = []): void {
  for (const headers of [event.res.headers, event.res.errHeaders]) {
    headers.set('x-bridge-model', headerValue(id))
    if (ignored.length > 0) headers.set('x-bridge-ignored', headerValue(ignored.join(', ')))
    else headers.delete('x-bridge-ignored')
  }
}

/** Says what serves a request: `run` is a process of its own, `serve` one that is shared. */
const ENGINE_HEADER = 'x-bridge-engine'

/** Tells the client which lane its request takes and what serves it, beside what `reportModel` tells. */
export function reportPlan(event: H3Event, { lane, model, ignored, adjusted }: RequestPlan, servedBy: string): void {
  reportModel(event, model, ignored)
  const record = recordOf(event)
  record.ignored = bounded(ignored)
  record.adjusted = bounded(adjusted)
  for (const headers of [event.res.headers, event.res.errHeaders]) {
    headers.set(LANE_HEADER, lane)
    headers.set(ENGINE_HEADER, servedBy)
    if (adjusted.length > 0) headers.set('x-bridge-adjusted', headerValue(adjusted.join(', ')))
    else headers.delete('x-bridge-adjusted')
  }
}

/** Of names, which are the client's to choose. */
const MAX_NAMES = 50
const MAX_NAME = 100

function bounded(names: readonly string[]): string[] {
  return names.slice(0, MAX_NAMES).map((name) => name.slice(0, MAX_NAME))
}

/** Takes back what was told, for a head that has to go before it is known which model answers. */
export function withdrawReport(event: H3Event): void {
  for (const name of ['x-bridge-model', 'x-bridge-ignored', LANE_HEADER, ENGINE_HEADER, 'x-bridge-adjusted']) event.res.headers.delete(name)
}
