import { sseData } from '../sse.ts'
import type { JsonEvent } from './shapes.ts'

/** One server-sent event of a message. */
export function encodeEvent(event: JsonEvent): string {
  return `event: ${event.type}\n${sseData(JSON.stringify(event))}`
}
