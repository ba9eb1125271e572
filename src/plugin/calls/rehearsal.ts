import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { timedFetch } from './timed-fetch.ts'

/** What an answer looks like on the wire; nobody reads it. */
const ANSWER = 'data: {}\n\ndata: [DONE]\n\n'

/**
 * Makes a call as a request will make it, but to ourselves and without the login: the code of the way and of the
 * network is then loaded, which costs the first call 30 ms and more otherwise.
 */
export async function rehearse(): Promise<void> {
  const server = createServer((_request, response) => {
    response.writeHead(200, { 'content-type': 'text/event-stream' }).end(ANSWER)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  try {
    const { port } = server.address() as AddressInfo
    const call = timedFetch(globalThis.fetch, {})
    const signal = new AbortController().signal
    for (let round = 0; round < 3; round++) {
      const response = await call(`http://127.0.0.1:${port}/`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: '{}', signal })
      for await (const _bytes of response.body as unknown as AsyncIterable<Uint8Array>);
    }
  } finally {
    server.close()
    server.closeAllConnections()
  }
}
