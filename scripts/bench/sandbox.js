import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/**
 * @typedef {object} Sandbox
 * @property {string} home
 * @property {string} cwd an empty folder
 * @property {Record<string, string>} env
 */

/** @type {string} */
let root

/** A folder that goes with the run. */
export function sandboxRoot() {
  if (!root) {
    root = mkdtempSync(join(tmpdir(), 'opencode-bridge-bench-'))
    process.once('exit', () => rmSync(root, { recursive: true, force: true, maxRetries: 5 }))
  }
  return root
}

/**
 * A user of their own for one contender: a home where opencode has been used before, and the upstream as its only
 * provider. All contenders get the same, so that none wins by its environment.
 * @param {string} upstreamUrl
 * @returns {Sandbox}
 */
export function createSandbox(upstreamUrl) {
  const home = mkdtempSync(join(sandboxRoot(), 'home-'))
  /** @param {string[]} names */
  const folder = (...names) => {
    const path = join(home, ...names)
    mkdirSync(path, { recursive: true })
    return path
  }
  writeInstalledPackages(folder('.config', 'opencode'))
  return {
    home,
    cwd: folder('empty'),
    env: {
      PATH: process.env.PATH ?? '',
      HOME: home,
      TMPDIR: folder('tmp'),
      XDG_RUNTIME_DIR: folder('run'),
      // No run shall depend on the network.
      OPENCODE_DISABLE_AUTOUPDATE: '1',
      OPENCODE_DISABLE_MODELS_FETCH: '1',
      npm_config_fetch_retries: '0',
      OPENCODE_CONFIG_CONTENT: JSON.stringify(providerConfig(upstreamUrl)),
    },
  }
}

/**
 * What `opencode` finds after its first start; else it would install a package at every start.
 * @param {string} folder
 */
function writeInstalledPackages(folder) {
  const dependencies = { '@opencode-ai/plugin': '*' }
  mkdirSync(join(folder, 'node_modules'))
  writeFileSync(join(folder, 'package.json'), JSON.stringify({ dependencies }))
  writeFileSync(join(folder, 'package-lock.json'), JSON.stringify({ lockfileVersion: 3, packages: { '': { dependencies } } }))
}

/** @param {string} baseURL */
function providerConfig(baseURL) {
  return {
    provider: {
      bench: { name: 'Bench', npm: '@ai-sdk/openai-compatible', options: { baseURL, apiKey: 'bench' }, models: { model: { name: 'Model' } } },
    },
  }
}
