import type { LoadedConfig } from '../../config/load.ts'
import { connectToRunning } from '../daemon/connect.ts'
import { formatDuration } from '../terminal/format.ts'
import { type Check, failed } from './check.ts'

/** Whether the daemon that runs takes the key that commands have here. None that runs is no finding. */
export async function checkDaemon(settings: LoadedConfig): Promise<Check[]> {
  const name = 'daemon'
  try {
    const client = await connectToRunning(settings)
    if (client === undefined) return []
    const { url, version, uptime } = await client.status()
    return [{ name, status: 'ok', detail: `${version} at ${url}, up ${formatDuration(uptime)}, takes what commands show it here` }]
  } catch (error) {
    return [failed(name, error, 'set OPENCODE_BRIDGE_API_KEY to a key of the daemon that runs, or restart it with the settings of now')]
  }
}
