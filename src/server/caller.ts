import type { H3Event } from 'h3'
import { gemini } from '../protocols/gemini/index.ts'
import { messages } from '../protocols/messages/index.ts'
import type { Protocol } from '../protocols/protocol.ts'
import type { Route } from './route.ts'

/** Headers that only one vendor's clients send, for paths that vendors share and for those that nobody has. */
const SIGNS: readonly (readonly [header: string, protocol: Protocol])[] = [
  ['anthropic-version', messages],
  ['x-goog-api-client', gemini],
  ['x-goog-api-key', gemini],
]

/** The format that the client of a request speaks, by the path or else by its headers; undefined is OpenAI's. */
export function callerOf(event: H3Event, routes: readonly Route[]): Protocol | undefined {
  const route = routes.find(({ path }) => path === event.context.matchedRoute?.route)
  return route?.protocol ?? vendorOf(event)
}

/** The format that a client's headers tell of, at a path that vendors share; undefined is OpenAI's. */
export function vendorOf({ req }: H3Event): Protocol | undefined {
  return SIGNS.find(([header]) => req.headers.has(header))?.[1]
}
