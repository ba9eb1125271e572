import type { H3Event } from 'h3'
import type { PlanWindows } from '../records/plan-windows.ts'
import { recordOf } from './event-record.ts'

/** Keeps what the provider of a request says of its plan. */
export function hearWindows(event: H3Event, windows: PlanWindows, headers: Readonly<Record<string, string>>): void {
  const { model } = recordOf(event)
  if (model) windows.hear(model.provider, headers)
}
