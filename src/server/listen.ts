import type { Server } from 'node:http'
import { createServer, type AddressInfo } from 'node:net'
import type { H3 } from 'h3'
import { toNodeHandler } from 'h3'
import { listen as listhen } from 'listhen'
import { ofetch } from 'ofetch'
import { portToPid } from 'pid-port'
import { BridgeError } from '../core/errors.ts'
import { type ConnectionLimits, limitConnections } from './connection-limits.ts'
import { listenToUpgrades } from './sockets/listen-upgrades.ts'

export interface Listening {
  /** `http://127.0.0.1:4141`, with the port that was really taken. */
  url: string
  /** Takes no new connections and resolves when the open ones have ended. */
  close(): Promise<void>
  /** Cuts the open connections. */
  closeConnections(): void
}

export interface ListenOptions extends ConnectionLimits {
  host: string
  port: number
  /** Of a frame of a socket, too. */
  maxBodyBytes: number
}

/**
 * Listens on exactly this host and port. Throws `port_in_use`, naming who holds the port, where it is taken:
 * a client that was pointed at one port must never find the daemon on another.
 * @param onRefused see `limitConnections`
 */
export async function listen(app: H3, options: ListenOptions, onRefused: (open: number) => void): Promise<Listening> {
  const { host, port } = options
  const free = await claim(host, port).catch(async (error: unknown) => {
    throw await toListenError(error, host, port)
  })
  const { server, address } = await listhen(toNodeHandler(app), {
    hostname: host,
    port: { port: free, portRange: [free, free], verbose: false },
    isProd: true,
    // Otherwise SIGTERM is an exit that drains nothing.
    autoClose: false,
    showURL: false,
    qr: false,
    clipboard: false,
    open: false,
  }).catch((error: Error) => {
    // A port that was taken a moment ago, or one that browsers refuse to connect to.
    throw listenFailed(host, port, error.message)
  })
  limitConnections(server as Server, options, onRefused)
  const upgrades = listenToUpgrades(server as Server, app, options.maxBodyBytes)
  const name = REACHABLE[host] ?? (host.includes(':') ? `[${host}]` : host)
  return {
    url: `http://${name}:${address.port}`,
    close: () => {
      upgrades.drain()
      return new Promise((resolve) => void server.close(() => resolve()))
    },
    closeConnections: () => {
      upgrades.cut()
      server.closeAllConnections()
    },
  }
}

/**
 * Finds out whether a port can be had, which listhen does not tell: it takes another one instead. Port 0 is any.
 * @returns the port
 * @throws the system's error
 */
function claim(host: string, port: number): Promise<number> {
  const server = createServer()
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen({ host, port, exclusive: true }, () => {
      const { port: claimed } = server.address() as AddressInfo
      server.close(() => resolve(claimed))
    })
  })
}

/** Every address of this machine is bound; this is the one that a client on it can call. */
const REACHABLE: Record<string, string> = { '0.0.0.0': '127.0.0.1', '::': '[::1]' }

async function toListenError(error: unknown, host: string, port: number): Promise<BridgeError> {
  const { code } = error as NodeJS.ErrnoException
  if (code === 'EADDRINUSE') return listenFailed(host, port, `it is in use by ${await nameHolder(host, port)}`, 'port_in_use')
  if (code === 'EACCES') return listenFailed(host, port, 'this user may not bind it; ports below 1024 belong to root')
  if (code === 'EADDRNOTAVAIL') return listenFailed(host, port, 'this machine has no such address')
  return listenFailed(host, port, (error as Error).message)
}

function listenFailed(host: string, port: number, why: string, code = 'listen_failed'): BridgeError {
  return new BridgeError(`Cannot listen on ${host} port ${port}: ${why}.`, { code, status: 503 })
}

async function nameHolder(host: string, port: number): Promise<string> {
  const health = await ofetch(`http://${host}:${port}/health`, { signal: AbortSignal.timeout(1000), retry: 0 }).catch(() => undefined)
  if (typeof health?.instance === 'string') return `another opencode-bridge (pid ${health.pid})`
  const pid = await portToPid(port).catch(() => undefined)
  return pid === undefined ? 'another program' : `the process with pid ${pid}`
}
