import type { IncomingMessage, Server } from 'node:http'
import type { Duplex } from 'node:stream'
import { getWebSocketHooks } from 'crossws'
import nodeAdapter from 'crossws/adapters/node'
import type { H3 } from 'h3'
import { type SocketContext, socketOf } from './upgrade.ts'

export interface UpgradeListener {
  /** Closes each socket when nothing runs on it. */
  drain(): void
  /** Cuts all of them. */
  cut(): void
}

/**
 * Makes sockets of a server's requests for one, if the app has it so.
 * @param maxBytes of a frame
 */
export function listenToUpgrades(server: Server, app: H3, maxBytes: number): UpgradeListener {
  const adapter = nodeAdapter({
    serverOptions: { maxPayload: maxBytes },
    resolve: async (request) => {
      const response = await app.fetch(request as Request)
      const hooks = getWebSocketHooks(request as Request)
      if (hooks === undefined) return { upgrade: () => response }
      // It never goes out, and a request is over, and in the log, with the end of its answer.
      await response.text()
      return hooks
    },
  })
  // Node 24.9 and later ask beforehand, and then read such a request as any other; the others do below.
  Object.assign(server, { shouldUpgradeCallback: wantsSocket })
  server.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    if (!wantsSocket(request)) return stayWithHttp(server, request, socket, head)
    socket.on('error', () => socket.destroy())
    void adapter.handleUpgrade(request, socket, head, upgradeRequest(request, socket))
  })
  return {
    drain: () => {
      for (const peers of adapter.peers.values()) for (const peer of peers) socketOf(peer)?.drain()
    },
    cut: () => adapter.closeAll(undefined, undefined, true),
  }
}

/** With what its conversation is to know of the connection. */
function upgradeRequest({ headers, url }: IncomingMessage, connection: Duplex): Request {
  const request = new Request(new URL(url ?? '/', `http://${headers.host ?? 'localhost'}`), { headers: headers as Record<string, string> })
  return Object.assign(request, { context: { connection } satisfies SocketContext })
}

function wantsSocket({ headers }: IncomingMessage): boolean {
  return headers.upgrade?.toLowerCase() === 'websocket'
}

/** The only headers that ask for another protocol. */
const OF_UPGRADE = /^(upgrade|http2-settings)$/i

/**
 * Serves a request that would rather be of another protocol, as that of Java's client and of `curl --http2`: a server may
 * go on as it is, but older versions of Node stop reading a request as soon as anybody listens for upgrades. It is written again without the
 * wish, in front of what is still to come on its connection.
 */
function stayWithHttp(server: Server, { method, url, httpVersion, rawHeaders }: IncomingMessage, socket: Duplex, head: Buffer): void {
  const lines = [`${method} ${url} HTTP/${httpVersion}`]
  for (let index = 0; index < rawHeaders.length; index += 2) {
    const [name, value] = [rawHeaders[index]!, rawHeaders[index + 1]!]
    if (OF_UPGRADE.test(name)) continue
    lines.push(`${name}: ${/^connection$/i.test(name) ? withoutUpgrade(value) : value}`)
  }
  socket.unshift(Buffer.concat([Buffer.from(`${lines.join('\r\n')}\r\n\r\n`, 'latin1'), head]))
  server.emit('connection', socket)
}

function withoutUpgrade(connection: string): string {
  const kept = connection.split(',').filter((token) => !OF_UPGRADE.test(token.trim()))
  return kept.length > 0 ? kept.join(',') : 'keep-alive'
}
