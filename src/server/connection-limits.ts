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
 * @param onRefused called with the number of connections that there are, when others were closed, once a minute at most
 */
export function limitConnections(server: Server, { maxConnections, uploadTimeout, clientTimeout }: ConnectionLimits, onRefused: (open: number) => void): void {
  server.maxConnections = maxConnections
  let told = -Infinity
  server.on('drop', () => {
    if (Date.now() - told < SILENCE) return
    told = Date.now()
    onRefused(maxConnections)
  })
  // Node's own, for what no handler reads: it looks every half minute.
  server.requestTimeout = uploadTimeout
  server.headersTimeout = Math.min(uploadTimeout, server.headersTimeout)

  const connections = new Map<Socket, Progress>()
  server.on('connection', (socket: Socket) => {
    connections.set(socket, { taken: 0, since: Date.now() })
    socket.once('close', () => connections.delete(socket))
  })
  const timer = setInterval(() => endStalled(connections, clientTimeout), Math.min(INTERVAL, clientTimeout / 2))
  timer.unref()
  server.once('close', () => clearInterval(timer))
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
