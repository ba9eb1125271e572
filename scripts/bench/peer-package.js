import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { launch } from './processes.js'

/** The version is fixed, so that runs can be compared. */
export const PEER = 'opencode-llm-proxy'
export const PEER_VERSION = '1.10.0'

const INSTALL_TIMEOUT = 60_000

/**
 * Installs the peer, without the opencode that it would bring along: all contenders run the same one.
 * @param {string} folder
 * @param {AbortSignal} signal
 * @returns {Promise<string>} the URL by which opencode loads it as a plugin
 */
export async function installPeer(folder, signal) {
  const npm = launch(
    'npm',
    ['install', '--prefix', folder, '--legacy-peer-deps', '--ignore-scripts', '--no-audit', '--no-fund', `${PEER}@${PEER_VERSION}`],
    { stdio: ['ignore', 'ignore', 'pipe'] },
  )
  const timer = setTimeout(npm.kill, INSTALL_TIMEOUT)
  const kill = () => npm.kill()
  signal.addEventListener('abort', kill)
  await npm.exited
  clearTimeout(timer)
  signal.removeEventListener('abort', kill)
  signal.throwIfAborted()
  if (npm.child.exitCode !== 0) throw new Error(`${PEER} could not be installed: ${npm.notes()}`)
  return pathToFileURL(join(folder, 'node_modules', PEER, 'index.js')).href
}
