import type { H3Event } from 'h3'
import type { Protocol } from '../protocols/protocol.ts'
import type { Services } from './app-options.ts'

export interface Route {
  /** A `GET` route answers `HEAD` too; `ANY` answers every method. */
  method: 'GET' | 'POST' | 'PATCH' | 'DELETE' | 'ANY'
  /** As h3 matches it: `/**` takes the rest of the path. */
  path: string
  /** Whether a key is needed, where keys are configured. */
  auth: boolean
  /** The wire format whose clients use it, and get their errors in it; OpenAI's when there is none. */
  protocol?: Protocol
  handler(event: H3Event, services: Services): unknown
}
