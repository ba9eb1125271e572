import type { H3Event } from 'h3'
import { headerValue } from './header-value.ts'
import { hasOwnLimits } from './limit-headers.ts'

/** Headers that are about one connection, about a form that the body no longer has, or that the bridge has of its own. */
const OWN =
  /^(connection|keep-alive|transfer-encoding|te|trailer|upgrade|proxy-.*|content-length|content-encoding|content-type|date|server|via|alt-svc|set-cookie|strict-transport-security|vary|cache-control|access-control-.*|cross-origin-.*|x-bridge-.*|www-authenticate|retry-after|retry-after-ms)$/

/** Ids of a request: the client knows that of the bridge, which its log has, too. */
const REQUEST_IDS: ReadonlySet<string> = new Set(['x-request-id', 'request-id'])

/** OpenAI's, Anthropic's, and those of the internet draft. */
const LIMITS = /^(?:x-|anthropic-)?rate-?limit(-.+)?$/

/**
 * Hands a provider's headers on, ids among them, and its limits where the client has none of the bridge's; the id of the
 * request by another name.
 */
export function passHeaders(event: H3Event, headers: Readonly<Record<string, string>>): void {
  for (const [name, value] of Object.entries(headers)) {
    if (OWN.test(name) || (LIMITS.test(name) && hasOwnLimits(event))) continue
    const passed = REQUEST_IDS.has(name) ? 'x-upstream-request-id' : name
    set(event, passed, value)
  }
  passLimits(event, headers)
}

/** Tells a provider's limits by names that no limit of the bridge has, whatever the format of the answer. */
export function passLimits(event: H3Event, headers: Readonly<Record<string, string>>): void {
  for (const [name, value] of Object.entries(headers)) {
    const limit = LIMITS.exec(name)
    if (limit) set(event, `x-upstream-ratelimit${limit[1] ?? ''}`, value)
  }
}

function set(event: H3Event, name: string, value: string): void {
  for (const own of [event.res.headers, event.res.errHeaders]) own.set(name, headerValue(value))
}
