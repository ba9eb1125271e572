import { sseData } from '../sse.ts'
import type { WireEvent } from './wire.ts'

/** One server-sent event of a message. */
export function encodeEvent(event: WireEvent): string {
  return `event: ${event.type}\n${sseData(JSON.stringify(event))}`
}
