import { randomBytes } from 'node:crypto'
import type { SpawnOptions } from './process.ts'

export interface ServerStart extends Pick<SpawnOptions, 'args' | 'onLine'> {
  env: Record<string, string>
  /** The header that its calls need. */
  authorization: string
}

/**
 * How an `opencode serve` is started that only we can use, on a port of its own.
 * @param onListening called with its URL
 */
export function serverStart(onListening: (url: string) => void): ServerStart {
  const password = randomBytes(24).toString('base64url')
  return {
    args: ['serve', '--hostname', '127.0.0.1', '--port', '0'],
    env: { OPENCODE_SERVER_PASSWORD: password },
    authorization: `Basic ${Buffer.from(`opencode:${password}`).toString('base64')}`,
    onLine: (line) => {
      const url = /listening on (http:\S+)/.exec(line)?.[1]
      if (url !== undefined) onListening(url)
    },
  }
}
