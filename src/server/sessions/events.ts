import { EventSourceParserStream, ParseError } from 'eventsource-parser/stream'
import { BridgeError } from '../../core/errors.ts'
import { sseData } from '../../protocols/sse.ts'
import { callBackend, type SessionBackend } from './backend.ts'
import type { SessionOwners } from './owners.ts'

/** Streams the events of a client's own sessions, and those that are about none. */
export async function* ownEvents(backend: SessionBackend, owners: SessionOwners, client: string, signal: AbortSignal): AsyncGenerator<string> {
  const events = await callBackend(backend, '/event', { signal })
  for await (const event of eventData(events, signal)) {
    const session = sessionOf(event)
    if (session === undefined || (await owners.owns(client, session))) yield sseData(JSON.stringify(event))
  }
}

/** One of opencode's events. */
export interface BusEvent {
  type: string
  properties: { sessionID?: string; part?: { sessionID?: string }; info?: { sessionID?: string; id?: string } }
}

/** The session that an event is about, if it is about one. */
export function sessionOf({ properties }: BusEvent): string | undefined {
  return properties?.sessionID ?? properties?.part?.sessionID ?? properties?.info?.sessionID ?? properties?.info?.id
}

/** Characters of the longest event; files are in some. Without an end it would be read for ever, and nothing else. */
const MAX_EVENT = 64 * 1024 * 1024

/** Reads opencode's stream of events; ends without an error where it was aborted. */
export async function* eventData(response: Response, signal: AbortSignal): AsyncGenerator<BusEvent> {
  const parser = new EventSourceParserStream({ maxBufferSize: MAX_EVENT })
  try {
    for await (const { data } of response.body!.pipeThrough(new TextDecoderStream()).pipeThrough(parser)) yield JSON.parse(data) as BusEvent
  } catch (error) {
    // The listening was ended because the answer is there, or has failed.
    if (signal.aborted) return
    throw error instanceof ParseError
      ? new BridgeError('opencode sent an event that has no end.', { code: 'upstream_error', status: 502, cause: error })
      : error
  }
}
