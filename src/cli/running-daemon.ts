import type { LoadedConfig } from '../config/load.ts'
import { usageError } from './failure.ts'
import { probe } from './health.ts'
import { readStates, type DaemonState } from './state-file.ts'

/** Finds the address of a daemon that answers: the one on the configured port, else the only other one there is. */
export async function findDaemon({ config, sources }: LoadedConfig, env: NodeJS.ProcessEnv): Promise<string | undefined> {
  const states = readStates(env)
  const url = states.find(({ port }) => port === config.port)?.url ?? addressOf(config.host, config.port)
  if (await probe(url)) return url
  // Who names a port does not want another daemon.
  if (sources.port !== 'default') return undefined

  const others = states.filter(({ port }) => port !== config.port)
  const answers = await Promise.all(others.map((state) => probe(state.url)))
  return onlyOne(others.filter((state, index) => answers[index]?.instance === state.instance))?.url
}

/** The state of the daemon on the configured port, else the only other one, whether it answers or not. */
export function findState({ config, sources }: LoadedConfig, env: NodeJS.ProcessEnv): DaemonState | undefined {
  const states = readStates(env)
  const state = states.find(({ port }) => port === config.port)
  return state ?? (sources.port === 'default' ? onlyOne(states) : undefined)
}

function onlyOne(states: DaemonState[]): DaemonState | undefined {
  if (states.length > 1) {
    throw usageError(`several daemons are running, on the ports ${states.map(({ port }) => port).join(', ')}`, '--port chooses one')
  }
  return states[0]
}

/** Where a daemon that listens on `host` can be reached from this machine. */
export function addressOf(host: string, port: number): string {
  if (host === '0.0.0.0') return `http://127.0.0.1:${port}`
  if (host === '::') return `http://[::1]:${port}`
  return `http://${host.includes(':') && !host.startsWith('[') ? `[${host}]` : host}:${port}`
}
