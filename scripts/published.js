// Packages as they were published, for scripts that try the bridge with other versions than it has itself.
import { spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/**
 * Installs packages from npm into a temporary folder, without their install scripts, and removes it afterwards.
 * @template T
 * @param {string[]} specs such as `opencode-ai@1.17.20`
 * @param {(modules: string) => Promise<T>} use is given the folder `node_modules`
 * @returns {Promise<T>}
 * @throws Error with what npm said
 */
export async function withPublished(specs, use) {
  const folder = mkdtempSync(join(tmpdir(), 'opencode-bridge-published-'))
  try {
    npm(['install', '--prefix', folder, '--ignore-scripts', '--no-audit', '--no-fund', '--no-save', '--loglevel=error', ...specs])
    return await use(join(folder, 'node_modules'))
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

/**
 * The newest published version that begins with this one.
 * @param {string} name
 * @param {string} prefix `20.19`, or a whole version
 */
export function newestVersion(name, prefix) {
  const versions = /** @type {string[]} */ (JSON.parse(npm(['view', name, 'versions', '--json'])))
  const found = versions
    .filter((version) => version === prefix || version.startsWith(`${prefix}.`))
    .toSorted((one, other) => one.localeCompare(other, 'en', { numeric: true }))
  if (found.length === 0) throw new Error(`npm has no ${name}@${prefix}`)
  return /** @type {string} */ (found.at(-1))
}

/**
 * The executable that one of these packages brings, which are one for each kind of system.
 * @param {string} modules
 * @param {string[]} paths below `node_modules`
 */
export function pickExecutable(modules, paths) {
  const path = paths.map((candidate) => join(modules, candidate)).find(existsSync)
  if (path === undefined) throw new Error(`there is none of ${paths.join(', ')}: nothing was published for this system`)
  return path
}

/** @param {string[]} args */
function npm(args) {
  const { status, stdout, stderr } = spawnSync('npm', args, { encoding: 'utf8', shell: process.platform === 'win32', maxBuffer: 2 ** 26 })
  if (status !== 0) throw new Error(`npm ${args[0]} failed: ${stderr.trim()}`)
  return stdout
}
