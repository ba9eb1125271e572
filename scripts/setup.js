// Makes a fresh clone runnable: installs what is missing, builds what is stale, and does nothing when nothing is.
import { execFileSync } from 'node:child_process'
import { existsSync, readdirSync, statSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = join(dirname(fileURLToPath(import.meta.url)), '..')
/** @param {string} path */
const modified = (path) => (existsSync(path) ? statSync(path).mtimeMs : 0)
/** @param {string} folder */
const newest = (folder) => Math.max(...readdirSync(folder, { recursive: true, encoding: 'utf8' }).map((name) => modified(join(folder, name))))
/** @param {string} message */
const say = (message) => process.stderr.write(`opencode-bridge: ${message}\n`)

// npm rewrites this file at the end of every install.
const installed = modified(join(root, 'node_modules', '.package-lock.json'))
const built = modified(join(root, 'dist', 'cli', 'main.js'))

if (installed < modified(join(root, 'package-lock.json'))) {
  say('installing dependencies: once, and for a minute or two, as opencode is among them')
  execFileSync('npm', ['ci', '--no-audit', '--no-fund', '--loglevel=error'], {
    cwd: root,
    // stdout stays clean for the command that follows.
    stdio: ['ignore', process.stderr, process.stderr],
    shell: process.platform === 'win32',
  })
} else if (built < newest(join(root, 'src'))) {
  say('building')
  execFileSync(process.execPath, [join(root, 'scripts', 'build.js')], { stdio: ['ignore', process.stderr, process.stderr] })
}
