import { type H3Event, handleCors, type HTTPResponse } from 'h3'

/** Whether the list has an origin, or all of them. */
export function allowsOrigin(origins: readonly string[], origin: string): boolean {
  return origins.includes('*') || origins.includes(origin)
}

/**
 * A page of the internet asks before it calls into a network that the internet does not reach, as this one is for it.
 * @see https://wicg.github.io/private-network-access/
 */
function answerPrivateNetwork(event: H3Event, origins: readonly string[]): void {
  const { method, headers } = event.req
  const origin = headers.get('origin')
  if (method !== 'OPTIONS' || headers.get('access-control-request-private-network') !== 'true') return
  if (origin !== null && allowsOrigin(origins, origin)) event.res.headers.set('access-control-allow-private-network', 'true')
}

/**
 * Adds the CORS headers to whatever the answer will be, an error included.
 * @param origins those that may call, `*` for any; none switches CORS off
 * @returns the answer of a preflight request
 */
export function applyCors(event: H3Event, origins: readonly string[]): HTTPResponse | undefined {
  if (origins.length === 0) return undefined
  answerPrivateNetwork(event, origins)
  const preflight = handleCors(event, {
    origin: origins.includes('*') ? '*' : [...origins],
    methods: ['GET', 'HEAD', 'POST', 'PATCH', 'DELETE'],
    // An empty list echoes what the browser asks for; a literal `*` would not cover Authorization.
    allowHeaders: [],
    exposeHeaders: ['x-request-id', 'request-id', 'retry-after', 'retry-after-ms', 'x-should-retry', 'x-bridge-ignored', 'x-bridge-model', 'x-bridge-estimate'],
  })
  return preflight || undefined
}
