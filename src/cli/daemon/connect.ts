import type { LoadedConfig } from '../../config/load.ts'
import { createClient, type Client } from './client.ts'
import { notRunningError } from '../command-line/failure.ts'
import { proofOf } from './proof-of.ts'
import { findDaemon, whereLooked } from './running-daemon.ts'

export interface Connection {
  client: Client
  /** Only the demo model serves. Known of a daemon of our own only. */
  demo: boolean
}

/** Runs `use` against the running daemon, or against one that lives only as long as that takes. */
export async function withDaemon<T>(settings: LoadedConfig, minIdle: 0 | 1, use: (connection: Connection) => Promise<T>): Promise<T> {
  const running = await connectToRunning(settings)
  if (running) return use({ client: running, demo: false })
  if (settings.sources.port === '--port') throw notRunningError(` on port ${settings.config.port}`)
  const { withTemporaryDaemon } = await import('./temporary-daemon.ts')
  return withTemporaryDaemon({ config: settings.config, minIdle }, (client, { demo }) => use({ client, demo }))
}

/** A client of the running daemon, if there is one. */
export async function connectToRunning(settings: LoadedConfig): Promise<Client | undefined> {
  const url = await findDaemon(settings, process.env)
  return url === undefined ? undefined : createClient(url, await proofOf(settings.config), { ownProviders: Object.keys(settings.config.provider) })
}

/** The same. @throws CliError where there is none */
export async function requireRunning(settings: LoadedConfig): Promise<Client> {
  const client = await connectToRunning(settings)
  if (!client) throw notRunningError(whereLooked(settings))
  return client
}
