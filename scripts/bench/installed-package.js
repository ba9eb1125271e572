import { mkdtempSync } from 'node:fs'
import { join } from 'node:path'
import { launch } from './processes.js'
import { sandboxRoot } from './sandbox.js'

const INSTALL_TIMEOUT = 120_000

/** @type {Map<string, Promise<string>>} */
const installed = new Map()

/**
 * Installs another program from npm, once per run and before it is measured, into a folder that goes with the run. No
 * script of a package is run, so nothing is fetched but the packages; nor is the opencode installed that one may bring
 * along as a peer dependency, since all contenders run the same one.
 * @param {string} name
 * @param {string} version fixed, so that runs can be compared
 * @param {AbortSignal} signal
 * @returns {Promise<string>} the package's folder
 * @throws Error with what npm said
 */
export function installPackage(name, version, signal) {
  const spec = `${name}@${version}`
  const known = installed.get(spec) ?? install(name, spec, signal)
  installed.set(spec, known)
  return known
}

/**
 * @param {string} name
 * @param {string} spec
 * @param {AbortSignal} signal
 */
async function install(name, spec, signal) {
  const folder = mkdtempSync(join(sandboxRoot(), 'package-'))
  const npm = launch('npm', ['install', '--prefix', folder, '--legacy-peer-deps', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error', spec], {
    stdio: ['ignore', 'ignore', 'pipe'],
    shell: process.platform === 'win32',
  })
  const kill = () => npm.kill()
  const timer = setTimeout(kill, INSTALL_TIMEOUT)
  signal.addEventListener('abort', kill)
  await npm.exited
  clearTimeout(timer)
  signal.removeEventListener('abort', kill)
  signal.throwIfAborted()
  if (npm.child.exitCode !== 0) throw new Error(`${spec} could not be installed: ${npm.notes()}`)
  return join(folder, 'node_modules', name)
}
