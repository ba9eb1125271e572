import type { Config } from '../../config/schema.ts'
import { failed, type Check } from './check.ts'

/** Whether an opencode is found and runs, and whether its version is one that the bridge works with. */
export async function checkOpencode(config: Config): Promise<Check> {
  const name = 'opencode'
  const { SUPPORTED, misfitOf } = await import('../../opencode/supported.ts')
  const install = `npm install -g opencode-ai@${SUPPORTED.newest}`
  try {
    const { locateOpencode } = await import('../../opencode/binary.ts')
    const { path, source, version } = await locateOpencode({ configured: config.binary, env: process.env })
    const detail = `${version} at ${path} (${source})`
    const misfit = misfitOf(version)
    if (misfit === undefined) return { name, status: 'ok', detail }
    return { name, status: 'warn', detail: `${detail}; ${misfit.why}`, fix: misfit.tooOld ? install : `${install}, if something does not work` }
  } catch (error) {
    return failed(name, error, `${install}, or set OPENCODE_BIN to an executable`)
  }
}
