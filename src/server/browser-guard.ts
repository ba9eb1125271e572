import type { H3Event } from 'h3'
import { BridgeError } from '../core/errors.ts'
import { type KeyOptions, needsKey } from './api-keys.ts'
import { isLoopbackHost, isLoopbackOrigin } from './loopback.ts'

/**
 * Keeps web pages from using the models through the browser of whoever runs the bridge. Without a key, all that
 * tells such a page from a local client are two headers that it cannot forge: a rebound domain name shows in `Host`,
 * a cross-site request in `Origin`. With a key, the key is the proof.
 * @throws BridgeError 403
 */
export function refuseForeignPages(event: H3Event, config: KeyOptions & { corsOrigins: string[] }): void {
  if (needsKey(config)) return

  const host = event.req.headers.get('host') ?? event.url.host
  if (!isLoopbackHost(host)) {
    throw new BridgeError(
      'Without an API key the bridge answers only requests for localhost or a loopback address, but the Host header ' +
        'names another host. Use http://127.0.0.1, or set OPENCODE_BRIDGE_API_KEY.',
      { code: 'forbidden_host', status: 403 },
    )
  }

  const origin = event.req.headers.get('origin')
  if (origin !== null && !isLoopbackOrigin(origin) && !allows(config.corsOrigins, origin)) {
    throw new BridgeError(
      'Without an API key the bridge answers no web page of another site. Allow its origin with corsOrigins ' +
        '(--cors-origin), or set OPENCODE_BRIDGE_API_KEY.',
      { code: 'forbidden_origin', status: 403 },
    )
  }
}

function allows(corsOrigins: readonly string[], origin: string): boolean {
  return corsOrigins.includes('*') || corsOrigins.includes(origin)
}
