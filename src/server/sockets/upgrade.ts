import { randomUUID } from 'node:crypto'
import type { Duplex } from 'node:stream'
import type { Hooks, Peer } from 'crossws'
import { defineWebSocketHandler, type H3, type H3Event } from 'h3'
import { BridgeError } from '../../core/errors.ts'
import type { BodyBudget } from '../body-budget.ts'
import type { ResponseStore } from '../response-store.ts'
import { ResponsesSocket, type SocketEnd, type SocketTurn } from './responses-socket.ts'
import { SocketMemory } from './socket-memory.ts'
import { UnfinishedMessage } from './unfinished-message.ts'

/** The one path that is spoken over a socket. */
export const SOCKET_PATH = '/v1/responses'

/** What of an upgrade's headers is about the socket, or about the request that became one. */
const OF_UPGRADE = /^(connection|upgrade|sec-websocket-.*|content-length|content-type|content-encoding|transfer-encoding|x-request-id)$/

/** Bytes that wait for a slow client before what is sent to it is held back. */
const FULL = 1024 * 1024

const sockets = new WeakMap<object, ResponsesSocket>()

/** Milliseconds that a client has to answer that its socket is closed. */
const FAREWELL = 1_000

/** What a socket's hooks know of its connection. */
export interface SocketContext {
  connection: Duplex
}

/** The conversation on a socket. */
export function socketOf(peer: Peer): ResponsesSocket | undefined {
  return sockets.get(peer.context)
}

export function isUpgrade({ req }: H3Event): boolean {
  return req.headers.get('upgrade')?.toLowerCase() === 'websocket'
}

/** Refuses sockets everywhere else. Clients that try one first, as Codex does, go on with requests at this status alone. */
export function refuseUpgrade(event: H3Event): void {
  if (!isUpgrade(event) || (event.url.pathname === SOCKET_PATH && event.req.method === 'GET')) return
  throw new BridgeError(`There is no WebSocket at ${event.url.pathname}. Send requests over HTTP; ${SOCKET_PATH} alone takes sockets.`, {
    code: 'upgrade_required',
    status: 426,
  })
}

/** What a request of a socket's turn carries beyond its body; undefined for all other requests. */
export function turnOf(event: H3Event): SocketTurn | undefined {
  return event.context.turn as SocketTurn | undefined
}

export interface SocketOptions {
  budget: BodyBudget
  /** Milliseconds for a message. */
  uploadTimeout: number
  /** Of open sockets, each by itself: what their clients do not want stored. */
  responses: ResponseStore
}

/** Makes a socket of a request that was let in. Its turns are requests to the app itself, with the headers of this one. */
export function openSocket(app: H3, event: H3Event, { budget, uploadTimeout, responses }: SocketOptions): unknown {
  const headers = Object.fromEntries([...event.req.headers].filter(([name]) => !OF_UPGRADE.test(name)))
  const url = new URL(SOCKET_PATH, event.url).href
  let cut = (): void => {}
  const unfinished = new UnfinishedMessage({ hold: budget.open(), timeout: uploadTimeout, onFault: () => cut() })
  const gone = (peer: Peer): void => {
    unfinished.ended()
    socketOf(peer)?.closed()
  }
  const hooks: Partial<Hooks> = {
    open(peer) {
      const end: SocketEnd = {
        ask: async (body, turn, signal) =>
          app.request(url, { method: 'POST', headers: { ...headers, 'content-type': 'application/json' }, body, signal }, { turn }),
        send: (text) => void peer.send(text),
        drained: async () => {
          if (peer.bufferedAmount > FULL) await peer.waitForDrain({ threshold: FULL / 4, pollInterval: 10 })
        },
        // The daemon goes away: https://www.rfc-editor.org/rfc/rfc6455#section-7.4.1
        close: () => {
          peer.close(1001)
          setTimeout(() => peer.terminate(), FAREWELL).unref()
        },
      }
      sockets.set(peer.context, new ResponsesSocket({ end, bodies: budget, memory: new SocketMemory(responses.of(randomUUID())) }))
      cut = () => peer.terminate()
      const { connection } = peer.context as unknown as SocketContext
      // Before those who read it, since a message is told with its last bytes.
      connection.prependListener('data', ({ length }: Buffer) => unfinished.received(length))
    },
    message(peer, message) {
      unfinished.ended()
      socketOf(peer)?.receive(message.text())
    },
    ping: (_peer, data) => unfinished.control(data.length),
    pong: (_peer, data) => unfinished.control(data.length),
    close: gone,
    error: gone,
  }
  event.context.isSocket = true
  return defineWebSocketHandler(hooks)(event)
}
