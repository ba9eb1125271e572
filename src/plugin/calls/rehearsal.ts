import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { plainFetch } from './opencode-thread.ts'
import { type CallCommand, ProviderCall } from './provider-call.ts'
import type { CallRecipe } from './thread-protocol.ts'

/** What an answer looks like on the wire; nobody reads it. */
const ANSWER = 'data: {}\n\ndata: [DONE]\n\n'

const ROUNDS = 5

/** Its frames belong to no request of the daemon's, which drops them. */
const COMMAND: CallCommand = {
  type: 'call',
  id: 'rehearsal',
  model: { providerID: 'rehearsal', modelID: 'model' },
  stream: true,
  headers: { accept: 'text/event-stream' },
  conversation: 'conversation',
}

/**
 * Makes calls as requests will make them, but to ourselves and without the login: the code of the way and of the
 * network is then loaded and compiled, which costs the first call 30 ms and more otherwise.
 */
export async function rehearse(): Promise<void> {
  const server = createServer((_request, response) => {
    response.writeHead(200, { 'content-type': 'text/event-stream' }).end(ANSWER)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  try {
    const { port } = server.address() as AddressInfo
    const recipe: CallRecipe = { url: `http://127.0.0.1:${port}/`, headers: [['user-agent', 'rehearsal']], session: 'ses_', message: 'msg_', timeouts: {} }
    const ways = { forms: { get: async () => ({ told: { model: COMMAND.model }, recipe }), refused: () => {} }, fetchOf: () => plainFetch }
    for (let round = 0; round < ROUNDS; round++) await new ProviderCall(COMMAND, '{}', ways).run()
  } finally {
    server.close()
    server.closeAllConnections()
  }
}
