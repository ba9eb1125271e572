import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { CallLimits } from './call-limits.ts'
import { nodeBody } from './node-body.ts'

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
    for (let round = 0; round < 3; round++) {
      const limits = new CallLimits({}, new AbortController().signal)
      const response = await fetch(`http://127.0.0.1:${port}/`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: '{}',
        signal: limits.signal,
      })
      for await (const _bytes of nodeBody(response.body!)) limits.came()
      limits.end()
    }
  } finally {
    server.close()
    server.closeAllConnections()
  }
}
