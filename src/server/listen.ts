import type { Server } from 'node:http'
import type { H3 } from 'h3'
import { toNodeHandler } from 'h3'
import { listen as listhen } from 'listhen'
import { baseUrl } from './base-url.ts'
import { type Claim, claimPort, listenFailed } from './claim-port.ts'
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
  /** An address or a name; that of the loopback stands for both of its addresses, as far as the machine has them. */
  host: string
  port: number
  /** Others to listen on beside it, where clients of a kind look by themselves. */
  furtherPorts?: readonly number[]
  /** Of a frame of a socket, too. */
  maxBodyBytes: number
}

/**
 * Listens on exactly this host and these ports: a client that was pointed at one port must never find the daemon on another.
 * @param onRefused see `limitConnections`
 * @throws BridgeError as `claimPort` does
 */
export async function listen(app: H3, options: ListenOptions, onRefused: (open: number) => void): Promise<Listening> {
  const { host, furtherPorts = [] } = options
  const claims: Claim[] = []
  for (const port of [options.port, ...furtherPorts]) claims.push(await claimPort(host, port))
  const servers: Server[] = []
  try {
    for (const { addresses, port } of claims) for (const address of addresses) servers.push(await listenOn(address, port, app))
  } catch (error) {
    for (const server of servers) server.close()
    throw error
  }
  limitConnections(servers, options, onRefused)
  const upgrades = servers.map((server) => listenToUpgrades(server, app, options.maxBodyBytes))
  return {
    url: baseUrl(host, claims[0]!.port),
    close: async () => {
      for (const listener of upgrades) listener.drain()
      await Promise.all(servers.map((server) => new Promise((resolve) => void server.close(resolve))))
    },
    closeConnections: () => {
      for (const listener of upgrades) listener.cut()
      for (const server of servers) server.closeAllConnections()
    },
  }
}

async function listenOn(hostname: string, port: number, app: H3): Promise<Server> {
  const { server } = await listhen(toNodeHandler(app), {
    hostname,
    port: { port, portRange: [port, port], verbose: false },
    isProd: true,
    // Otherwise SIGTERM is an exit that drains nothing.
    autoClose: false,
    showURL: false,
    qr: false,
    clipboard: false,
    open: false,
  }).catch((error: Error) => {
    // A port that was taken a moment ago, or one that browsers refuse to connect to.
    throw listenFailed(hostname, port, error.message)
  })
  return server as Server
}
