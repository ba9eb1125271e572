import { execFile } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'

/** A package from npm in a folder of its own. */
export interface InstalledPackage {
  version: string
  /** The path of the command `name`. */
  bin(name: string): string
  dispose(): void
}

/**
 * @param name with a version where it is not to be the newest
 * @throws Error with what npm said when it cannot be installed
 */
export async function installPackage(name: string): Promise<InstalledPackage> {
  const folder = mkdtempSync(join(tmpdir(), 'bridge-agent-install-'))
  const dispose = () => rmSync(folder, { recursive: true, force: true })
  try {
    await promisify(execFile)('npm', ['install', '--prefix', folder, '--no-audit', '--no-fund', '--no-save', '--loglevel=error', name], {
      cwd: folder,
      shell: process.platform === 'win32',
    })
    const { version } = JSON.parse(readFileSync(join(folder, 'node_modules', name.replace(/@[\d.]+$/, ''), 'package.json'), 'utf8')) as { version: string }
    return { version, bin: (command) => join(folder, 'node_modules', '.bin', command), dispose }
  } catch (error) {
    dispose()
    throw new Error(`${name} cannot be installed: ${(error as { stderr?: string }).stderr || String(error)}`, { cause: error })
  }
}
