import { createServer, type AddressInfo } from 'node:net'
import { ofetch } from 'ofetch'
import { portToPid } from 'pid-port'
import { BridgeError } from '../core/errors.ts'
import { baseUrl } from './base-url.ts'

/** Clients take `localhost` for the one or for the other, and never ask whether both are meant. */
const LOOPBACK = ['127.0.0.1', '::1'] as const

/** How often any free port is looked for until it is free on both. */
const MAX_TRIES = 10

/** What a machine without IPv6 says of its addresses. */
const MISSING: ReadonlySet<string | undefined> = new Set(['EADDRNOTAVAIL', 'EAFNOSUPPORT', 'EPROTONOSUPPORT'])

export interface Claim {
  /** Those to listen on, the one to be told first. */
  addresses: string[]
  port: number
}

/**
 * Finds out whether a port can be had on all addresses that a host stands for, which listhen does not tell: it takes
 * another port instead.
 * @param port 0 is any
 * @throws BridgeError `port_in_use`, naming who holds it, or `listen_failed`
 */
export async function claimPort(host: string, port: number): Promise<Claim> {
  const [first, second] = host === 'localhost' || host === LOOPBACK[0] ? LOOPBACK : [host]
  for (let tries = 1; ; tries++) {
    const claimed = await bind(first, port).catch(async (error: unknown) => {
      throw await toListenError(error, first, port)
    })
    if (second === undefined) return { addresses: [first], port: claimed }
    try {
      await bind(second, claimed)
      return { addresses: [first, second], port: claimed }
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException
      if (MISSING.has(code)) return { addresses: [first], port: claimed }
      if (port !== 0 || code !== 'EADDRINUSE' || tries === MAX_TRIES) throw await toListenError(error, second, claimed)
    }
  }
}

export function listenFailed(host: string, port: number, why: string, code: 'listen_failed' | 'port_in_use' = 'listen_failed'): BridgeError {
  return new BridgeError(`Cannot listen on ${host} port ${port}: ${why}.`, { code, status: 503 })
}

/**
 * @returns the port that was taken, and left again
 * @throws the system's error
 */
function bind(host: string, port: number): Promise<number> {
  const server = createServer()
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen({ host, port, exclusive: true }, () => {
      const { port: claimed } = server.address() as AddressInfo
      server.close(() => resolve(claimed))
    })
  })
}

async function toListenError(error: unknown, host: string, port: number): Promise<BridgeError> {
  const { code } = error as NodeJS.ErrnoException
  if (code === 'EADDRINUSE') return listenFailed(host, port, `it is in use by ${await nameHolder(host, port)}`, 'port_in_use')
  if (code === 'EACCES') return listenFailed(host, port, 'this user may not bind it; ports below 1024 belong to root')
  if (code === 'EADDRNOTAVAIL') return listenFailed(host, port, 'this machine has no such address')
  return listenFailed(host, port, (error as Error).message)
}

async function nameHolder(host: string, port: number): Promise<string> {
  const health = await ofetch('/health', { baseURL: baseUrl(host, port), signal: AbortSignal.timeout(1000), retry: 0 }).catch(() => undefined)
  if (typeof health?.instance === 'string') return `another opencode-bridge (pid ${health.pid})`
  const pid = await portToPid(port).catch(() => undefined)
  return pid === undefined ? 'another program' : `the process with pid ${pid}`
}
