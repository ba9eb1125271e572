import { type H3Event, handleCors, type HTTPResponse } from 'h3'

/**
 * Adds the CORS headers to whatever the answer will be, an error included.
 * @param origins those that may call, `*` for any; none switches CORS off
 * @returns the answer of a preflight request
 */
export function applyCors(event: H3Event, origins: readonly string[]): HTTPResponse | undefined {
  if (origins.length === 0) return undefined
  const preflight = handleCors(event, {
    origin: origins.includes('*') ? '*' : [...origins],
    methods: ['GET', 'HEAD', 'POST', 'PATCH', 'DELETE'],
    // An empty list echoes what the browser asks for; a literal `*` would not cover Authorization.
    allowHeaders: [],
    exposeHeaders: ['x-request-id', 'request-id', 'retry-after', 'retry-after-ms', 'x-bridge-ignored', 'x-bridge-model', 'x-bridge-estimate'],
  })
  return preflight || undefined
}
