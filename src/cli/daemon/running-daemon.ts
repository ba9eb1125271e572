import type { LoadedConfig } from '../../config/load.ts'
import { baseUrl } from '../../server/base-url.ts'
import { isProven } from './daemon-proof.ts'
import { CliError, usageError } from '../command-line/failure.ts'
import { probe } from './health.ts'
import { warn } from '../terminal/output.ts'
import { readStates, type DaemonState } from './state-file.ts'
import { command } from '../command-line/called-as.ts'

/**
 * Finds the address of the user's daemon: the one on the configured port, else the only other one there is. It has
 * proven to be the one that wrote its state file, so keys and prompts may go there. A port on the command line is the
 * user's own word for whoever answers on it, unless a state file tells that somebody else was there.
 */
export async function findDaemon({ config, sources }: LoadedConfig, env: NodeJS.ProcessEnv): Promise<string | undefined> {
  const states = readStates(env)
  const here = states.find(({ port }) => port === config.port)
  const url = here?.url ?? baseUrl(config.host, config.port)
  if (here !== undefined && (await isProven(here))) return url
  if (await probe(url)) {
    if (sources.port === '--port' && here === undefined) return url
    refuse(url, config.port, sources.port)
  }
  // Who names a port does not want another daemon.
  if (sources.port !== 'default') return undefined

  const others = states.filter(({ port }) => port !== config.port)
  const proven = await Promise.all(others.map(isProven))
  return onlyOne(others.filter((_, index) => proven[index]))?.url
}

/** Says that a program that looks like a daemon gets nothing. */
function refuse(url: string, port: number, source: string): void {
  const why = `what answers at ${url} is not the daemon that this user started there`
  if (source === '--port') throw new CliError(why, { hint: `${command} stop forgets the daemon that was there` })
  warn(`${why}, so nothing was sent to it; --port ${port} asks it all the same`)
}

/** The state of the daemon on the configured port, else the only other one, whether it answers or not. */
export function findState({ config, sources }: LoadedConfig, env: NodeJS.ProcessEnv): DaemonState | undefined {
  const states = readStates(env)
  const state = states.find(({ port }) => port === config.port)
  return state ?? (sources.port === 'default' ? onlyOne(states) : undefined)
}

/** Where a daemon was looked for and not found, for messages. */
export function whereLooked({ config: { port }, sources }: LoadedConfig): string {
  return sources.port === 'default' ? ` on port ${port}, nor on another` : ` on port ${port}`
}

function onlyOne(states: DaemonState[]): DaemonState | undefined {
  if (states.length > 1) {
    throw usageError(`several daemons are running, on the ports ${states.map(({ port }) => port).join(', ')}`, '--port chooses one')
  }
  return states[0]
}
