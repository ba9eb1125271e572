import { createServer } from 'node:net'
import { portToPid } from 'pid-port'
import type { Config } from '../../config/schema.ts'
import { probe } from '../health.ts'
import { addressOf } from '../running-daemon.ts'
import type { Check } from './check.ts'

/** Whether a daemon could listen, or already does. */
export async function checkPort({ host, port }: Config): Promise<Check> {
  const name = 'port'
  const health = port === 0 ? undefined : await probe(addressOf(host, port))
  if (health) return { name, status: 'ok', detail: `${port} is held by the running daemon (pid ${health.pid}, version ${health.version})` }
  const code = await tryToListen(host, port)
  if (code === undefined) return { name, status: 'ok', detail: `${port} on ${host} is free` }
  const fix = 'choose another with --port or OPENCODE_BRIDGE_PORT'
  if (code === 'EADDRINUSE') {
    const pid = await portToPid(port).catch(() => undefined)
    const holder = pid === undefined ? 'another program' : `the process with pid ${pid}`
    return { name, status: 'fail', detail: `${port} on ${host} is in use by ${holder}`, fix }
  }
  return { name, status: 'fail', detail: `${port} on ${host} cannot be used (${code})`, fix: code === 'EADDRNOTAVAIL' ? 'choose another --host' : fix }
}

/** The code of the error, undefined when it worked. */
function tryToListen(host: string, port: number): Promise<string | undefined> {
  return new Promise((resolve) => {
    const server = createServer()
    server.once('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? error.message))
    server.listen({ host: host.replace(/^\[(.*)\]$/, '$1'), port, exclusive: true }, () => server.close(() => resolve(undefined)))
  })
}
