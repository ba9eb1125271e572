import type { Config } from '../../config/schema.ts'
import { testedOpencode } from '../command-line/package.ts'
import { failed, type Check } from './check.ts'

/** Whether an opencode is found and runs, and whether it is the version that the bridge is tested with. */
export async function checkOpencode(config: Config): Promise<Check> {
  const name = 'opencode'
  try {
    const { locateOpencode } = await import('../../opencode/binary.ts')
    const { path, source, version } = await locateOpencode({ configured: config.binary, env: process.env })
    const detail = `${version} at ${path} (${source})`
    if (version === testedOpencode) return { name, status: 'ok', detail }
    return {
      name,
      status: 'warn',
      detail: `${detail}; tested is ${testedOpencode}`,
      fix: `npm install -g opencode-ai@${testedOpencode}, if something does not work`,
    }
  } catch (error) {
    return failed(name, error, `npm install -g opencode-ai@${testedOpencode}, or set OPENCODE_BIN to an executable`)
  }
}
