import type { LoadedConfig } from '../../config/load.ts'
import { configSchema } from '../../config/schema.ts'
import { failed, type Check } from './check.ts'
import { checkConfig } from './config-file.ts'
import { checkNode } from './node-version.ts'
import { checkOpencode } from './opencode-binary.ts'
import { checkPort } from './port.ts'
import { checkProviders } from './providers.ts'
import { checkRoundTrip } from './round-trip.ts'

/** Runs every check. A broken configuration is one finding; the rest is then checked with the defaults. */
export async function examine(load: () => Promise<LoadedConfig>, signal: AbortSignal): Promise<Check[]> {
  const loaded = await load().then(
    (settings) => ({ config: settings.config, check: checkConfig(settings) }),
    (error: unknown) => ({ config: configSchema.parse({}), check: failed('config', error, 'correct it there') }),
  )
  const { config } = loaded
  const opencode = await checkOpencode(config)
  const [port, providers, trip] = await Promise.all([
    checkPort(config),
    opencode.status === 'fail' ? [notTried('providers')] : checkProviders(config, signal).then((check) => [check]),
    opencode.status === 'fail' ? [notTried('plugin handshake'), notTried('round trip')] : checkRoundTrip(config, signal),
  ])
  return [checkNode(), loaded.check, port, opencode, ...providers, ...trip]
}

function notTried(name: string): Check {
  return { name, status: 'fail', detail: 'not tried, because it needs opencode' }
}
