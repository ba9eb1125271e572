import type { LoadedConfig } from '../../config/load.ts'
import { configSchema } from '../../config/schema.ts'
import { failed, type Check } from './check.ts'
import { checkConfig } from './config-file.ts'
import { checkLedger } from './ledger.ts'
import { checkModel } from './model.ts'
import { checkNode } from './node-version.ts'
import { checkOpencode } from './opencode-binary.ts'
import { checkPort } from './port.ts'
import { checkProviders } from './providers.ts'
import { checkRoundTrip } from './round-trip.ts'
import { checkDaemon } from './running-daemon.ts'
import { checkService } from './service.ts'

/**
 * Runs every check. A broken configuration is one finding; the rest is then checked with the defaults.
 * @param model one to be asked, too
 */
export async function examine(load: () => Promise<LoadedConfig>, model: string | undefined, signal: AbortSignal): Promise<Check[]> {
  const loaded = await load().then(
    (settings) => ({ settings, check: checkConfig(settings) }),
    (error: unknown) => ({ settings: undefined, check: failed('config', error, 'correct it there') }),
  )
  const { settings } = loaded
  const config = settings?.config ?? configSchema.parse({})
  const opencode = await checkOpencode(config)
  const [port, daemon, ledger, providers, trip] = await Promise.all([
    checkPort(config),
    settings ? checkDaemon(settings) : [],
    checkLedger(settings),
    opencode.status === 'fail' ? [notTried('providers')] : checkProviders(config, signal).then((check) => [check]),
    opencode.status === 'fail' ? [notTried('plugin handshake'), notTried('round trip')] : checkRoundTrip(config, signal),
  ])
  const checks = [checkNode(), loaded.check, port, ...daemon, ledger, checkService(), opencode, ...providers, ...trip]
  if (model === undefined) return checks
  if (settings === undefined) return [...checks, notTried('model', 'the configuration')]
  return [...checks, opencode.status === 'fail' && daemon.length === 0 ? notTried('model') : await checkModel(settings, model, signal)]
}

function notTried(name: string, needed = 'opencode'): Check {
  return { name, status: 'fail', detail: `not tried, because it needs ${needed}` }
}
