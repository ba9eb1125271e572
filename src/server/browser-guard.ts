import type { H3Event } from 'h3'
import { type AccessOptions, needsProof } from '../access/options.ts'
import { BridgeError } from '../core/errors.ts'
import { allowsOrigin } from './cors.ts'
import { isLoopbackHost, isLoopbackOrigin } from './loopback.ts'

/**
 * Keeps web pages from using the models through the browser of whoever runs the bridge. Without a key, all that
 * tells such a page from a local client are headers that it cannot forge: a rebound domain name shows in `Host`, a
 * cross-site request in `Origin`, or, where the browser sends none, as for an image or a link, in `Sec-Fetch-Site`. A
 * key is the proof, unless the browser itself adds it, as it does with a password that it knows.
 * @throws BridgeError 403
 */
export function refuseForeignPages(event: H3Event, config: AccessOptions & { corsOrigins: string[] }): void {
  const { headers } = event.req
  if (!needsProof(config)) refuseForeignHost(headers.get('host') ?? event.url.host)
  else if (!/^basic\s/i.test(headers.get('authorization') ?? '')) return

  const origin = headers.get('origin')
  const foreign = origin === null ? headers.get('sec-fetch-site') === 'cross-site' : !isLoopbackOrigin(origin) && !allowsOrigin(config.corsOrigins, origin)
  if (foreign) {
    throw new BridgeError(
      'Without an API key the bridge answers no web page of another site, and no link on one. Allow its origin with corsOrigins ' +
        '(--cors-origin), or set OPENCODE_BRIDGE_API_KEY.',
      { code: 'forbidden_origin', status: 403 },
    )
  }
}

function refuseForeignHost(host: string): void {
  if (isLoopbackHost(host)) return
  throw new BridgeError(
    'Without an API key the bridge answers only requests for localhost or a loopback address, but the Host header ' +
      'names another host. Use http://127.0.0.1, or set OPENCODE_BRIDGE_API_KEY.',
    { code: 'forbidden_host', status: 403 },
  )
}
