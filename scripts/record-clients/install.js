import { execFile } from 'node:child_process'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { promisify } from 'node:util'

/**
 * @typedef {object} Installed
 * @property {string} version of the first package
 * @property {(command: string) => string} bin the path of a command
 * @property {(name: string) => Promise<any>} load imports a package, or a part of one
 */

/**
 * Installs packages into a folder, unless it has them already.
 * @param {string} folder
 * @param {string[]} specs as npm takes them; empty for a client that the repository has
 * @returns {Promise<Installed>}
 */
export async function installPackages(folder, specs) {
  const manifest = join(folder, 'package.json')
  if (!existsSync(manifest)) writeFileSync(manifest, JSON.stringify({ private: true, type: 'module' }))
  const name = specs[0]?.replace(/(?<=.)@[^@/]*$/, '')
  const modules = join(folder, 'node_modules')
  if (specs.length > 0 && !existsSync(join(modules, name))) {
    await promisify(execFile)('npm', ['install', '--prefix', folder, '--no-audit', '--no-fund', '--loglevel=error', ...specs], {
      shell: process.platform === 'win32',
    })
  }
  const { resolve } = createRequire(manifest)
  return {
    version: name === undefined ? '' : JSON.parse(readFileSync(join(modules, name, 'package.json'), 'utf8')).version,
    bin: (command) => join(modules, '.bin', command),
    load: (specifier) => import(pathToFileURL(resolve(specifier)).href),
  }
}
