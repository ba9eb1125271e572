import { randomUUID } from 'node:crypto'
import type { Config } from '../../config/schema.ts'
import type { Daemon } from '../../daemon/daemon.ts'
import { createClient, type Client } from './client.ts'
import { createLog } from '../terminal/log.ts'
import { version } from '../command-line/package.ts'

export interface TemporaryDaemonOptions {
  config: Config
  /** How many processes to warm: none, where only the list of models is wanted. */
  minIdle: 0 | 1
  /** Serve the demo model only. */
  demo?: boolean
}

/** Runs `use` against a daemon inside this process, which is gone afterwards, however `use` ended. */
export async function withTemporaryDaemon<T>(
  { config, minIdle, demo = false }: TemporaryDaemonOptions,
  use: (client: Client, daemon: Daemon) => Promise<T>,
): Promise<T> {
  const { startDaemon } = await import('../../daemon/daemon.ts')
  // Its port is open to every user of the machine for as long as it lives, so it has a key that nobody knows.
  const key = randomUUID()
  const daemon = await startDaemon({
    config: { ...config, host: '127.0.0.1', port: 0, apiKeys: [key], apiKeySources: [], corsOrigins: [], minIdle, maxSize: 1 },
    version,
    log: createLog(config.verbose ? 'debug' : 'silent'),
    env: process.env,
    demo,
  })
  try {
    return await use(createClient(daemon.url, key, { ownProviders: Object.keys(config.provider) }), daemon)
  } finally {
    await daemon.kill()
  }
}
