import type { IncomingHttpHeaders } from 'node:http'
import type { Place, WireName } from './bases.ts'
import { parsed } from './check.ts'
import type { Incoming } from './net/server.ts'
import type { Loss, Violation } from './refusal.ts'

/** A call that reached the server. */
export interface StrictCall {
  wire: WireName
  /** The first segment of its path, with a tag: who owns the tokens of the answer. */
  provider: string
  method: string
  /** Below the wire's base, with the query. */
  path: string
  /** The vendor's host, where the call came through the proxy. */
  host: string | undefined
  headers: IncomingHttpHeaders
  /** As sent. */
  text: string
  /** As JSON; undefined when it is none. */
  body: any
  /** Of the answer; undefined while there is none. */
  status: number | undefined
  violation: Violation | undefined
  losses: Loss[]
  /** Tokens that the answer gave, and good ones that the request brought back. */
  issued: string[]
  returned: string[]
  /** Whether the caller hung up before the answer's end. */
  hungUp: boolean
}

export function recordOf({ method, host, headers, text, signal }: Incoming, { wire, provider, path }: Place, query: URLSearchParams): StrictCall {
  const call: StrictCall = {
    wire,
    provider,
    method,
    path: query.size > 0 ? `${path}?${query}` : path,
    host,
    headers,
    text,
    body: parsed(text),
    status: undefined,
    violation: undefined,
    losses: [],
    issued: [],
    returned: [],
    hungUp: false,
  }
  signal.addEventListener('abort', () => {
    call.hungUp = true
  })
  return call
}
