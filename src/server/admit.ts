import type { H3Event } from 'h3'
import type { Authenticate } from '../access/authenticate.ts'
import type { Client } from '../access/client.ts'

const clients = new WeakMap<H3Event, Client>()

/**
 * Lets a request in, and remembers who asks.
 * @param challenge for one that is refused, see `challengeOf`
 * @throws BridgeError 401
 */
export async function admit(event: H3Event, authenticate: Authenticate, challenge: string): Promise<void> {
  try {
    clients.set(event, await authenticate({ headers: event.req.headers, url: event.url }))
  } catch (error) {
    event.res.errHeaders.set('www-authenticate', challenge)
    throw error
  }
}

/** Who asks, of a request that was let in. */
export function clientOf(event: H3Event): Client {
  return clients.get(event)!
}
