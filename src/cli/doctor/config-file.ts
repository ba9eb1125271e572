import type { LoadedConfig } from '../../config/load.ts'
import type { Check } from './check.ts'

/** Which settings are not the defaults, and where they came from. Values are left out: some are secret. */
export function checkConfig({ file, sources }: LoadedConfig): Check {
  const changed = Object.entries(sources).filter(([, source]) => source !== 'default')
  const detail = changed.length === 0 ? 'defaults only' : changed.map(([key, source]) => `${key} (from ${source})`).join(', ')
  return { name: 'config', status: 'ok', detail: file === undefined ? detail : `${file}: ${detail}` }
}
