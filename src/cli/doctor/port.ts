import type { Config } from '../../config/schema.ts'
import { BridgeError } from '../../core/errors.ts'
import { baseUrl } from '../../server/base-url.ts'
import { claimPort } from '../../server/claim-port.ts'
import { probe } from '../daemon/health.ts'
import { type Check, failed } from './check.ts'

/** Whether a daemon could listen, or already does. */
export async function checkPort({ host, port }: Config): Promise<Check> {
  const name = 'port'
  const health = port === 0 ? undefined : await probe(baseUrl(host, port))
  if (health) return { name, status: 'ok', detail: `${port} is held by the running daemon (pid ${health.pid}, version ${health.version})` }
  try {
    const { addresses } = await claimPort(host, port)
    return { name, status: 'ok', detail: `${port} on ${addresses.join(' and ')} is free` }
  } catch (error) {
    if (!(error instanceof BridgeError)) throw error
    const fix = error.code === 'port_in_use' ? 'choose another with --port or OPENCODE_BRIDGE_PORT' : 'choose another with --port or --host'
    return failed(name, error, fix)
  }
}
