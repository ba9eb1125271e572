import type { Server } from 'node:http'
import type { Socket } from 'node:net'

/** Times are in milliseconds. */
export interface ConnectionLimits {
  maxConnections: number
  /** For the whole of a request, as it is sent. */
  uploadTimeout: number
  /** Without a byte of an answer being taken. */
  clientTimeout: number
}

/** Between two looks at all connections, at most. */
const INTERVAL = 5_000

/** Between two complaints about clients that were turned away. */
const SILENCE = 60_000

/**
 * Keeps clients from holding connections, and what runs behind them, for as long as they like: those that send slowly,
 * those that read nothing, and too many of them.
 * @param servers they have the limits together
 * @param onRefused called with the number of connections that there are, when others were closed, once a minute at most
 */
export function limitConnections(
  servers: readonly Server[],
  { maxConnections, uploadTimeout, clientTimeout }: ConnectionLimits,
  onRefused: (open: number) => void,
): void {
  const connections = new Map<Socket, Progress>()
  let told = -Infinity
  const tell = () => {
    if (Date.now() - told < SILENCE) return
    told = Date.now()
    onRefused(maxConnections)
  }
  for (const server of servers) {
    // Before anything is made of a connection; those to the other servers are counted below.
    server.maxConnections = maxConnections
    server.on('drop', tell)
    // Node's own, for what no handler reads: it looks every half minute.
    server.requestTimeout = uploadTimeout
    server.headersTimeout = Math.min(uploadTimeout, server.headersTimeout)
    server.on('connection', (socket: Socket) => {
      if (connections.size >= maxConnections && !connections.has(socket)) {
        socket.destroy()
        return tell()
      }
      connections.set(socket, { taken: 0, since: Date.now() })
      socket.once('close', () => connections.delete(socket))
    })
  }
  const timer = setInterval(() => endStalled(connections, clientTimeout), Math.min(INTERVAL, clientTimeout / 2))
  timer.unref()
  for (const server of servers) server.once('close', () => clearInterval(timer))
}

interface Progress {
  /** Bytes that the system has taken from us. */
  taken: number
  /** `Date.now()` when there last were more of them, or nothing to take. */
  since: number
}

/** Ends those whose client has left what waits for it for too long. */
function endStalled(connections: ReadonlyMap<Socket, Progress>, limit: number): void {
  const now = Date.now()
  for (const [socket, progress] of connections) {
    const taken = socket.bytesWritten - socket.writableLength
    if (socket.writableLength === 0 || taken !== progress.taken) Object.assign(progress, { taken, since: now })
    else if (now - progress.since >= limit) socket.destroy()
  }
}
