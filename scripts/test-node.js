// Runs the bridge and its tests with other versions of Node, each from npm in a temporary folder and first in PATH: on each
// the unit tests and `npm start`, on the oldest and the newest also tests with the real opencode.
//   npm run test:node -- 20.19 22 24 26
import { spawn, spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, dirname, join } from 'node:path'
import { createInterface } from 'node:readline'
import { setTimeout as sleep } from 'node:timers/promises'
import { newestVersion, pickExecutable, withPublished } from './published.js'

const UNIT = ['--project', 'unit']
/** What depends on Node itself: processes and their pipes, signals, streams to clients, the command line. */
const WITH_OPENCODE = [
  ['--project', 'all', 'test/cli/run.test.ts', 'test/cli/ask.test.ts', 'test/integration/start.test.ts', 'test/integration/disconnect.test.ts'],
  ['--project', 'auto', '--project', 'serve', 'test/integration/chat.test.ts', 'test/integration/stop.test.ts', 'test/integration/tools.test.ts'],
]
const READY = /is ready: (http\S+)/
const START_TIMEOUT = 180_000
const END_TIMEOUT = 30_000

const windows = process.platform === 'win32'
const PACKAGE = `node-${windows ? 'win' : process.platform}-${process.arch}`

const wanted = process.argv.slice(2)
if (wanted.length === 0) {
  console.error('usage: npm run test:node -- <version>…')
  process.exit(2)
}

const versions = wanted.map((version) => newestVersion(PACKAGE, version)).toSorted((one, other) => one.localeCompare(other, 'en', { numeric: true }))
const ends = new Set([versions[0], versions.at(-1)])
/** @type {string[][]} */
const rows = []
for (const version of versions) rows.push(...(await withPublished([`${PACKAGE}@${version}`], (modules) => tryNode(version, modules))))

console.log(`\n${rows.map(([version = '', what = '', result = '']) => `${version.padEnd(10)}${what.padEnd(12)}${result}`).join('\n')}`)
process.exit(rows.some(([, , result]) => result?.startsWith('FAILED')) ? 1 : 0)

/**
 * @param {string} version
 * @param {string} modules the folder `node_modules` that it is in
 * @returns {Promise<string[][]>} what was tried, and how it went
 */
async function tryNode(version, modules) {
  const node = pickExecutable(modules, [`${PACKAGE}/bin/node${windows ? '.exe' : ''}`])
  const env = { ...process.env, PATH: [dirname(node), process.env.PATH].join(delimiter) }
  const suites = [UNIT, ...(ends.has(version) ? WITH_OPENCODE : [])]
  /** @type {string[][]} */
  const done = []
  /**
   * Told at once as well, since a run takes long and may be cut short.
   * @param {string} what
   * @param {string} result
   */
  const note = (what, result) => {
    done.push([version, what, result])
    console.error(`Node ${version}, ${what}: ${result}`)
  }
  for (const suite of suites) note(suite[1] ?? '', runTests(node, env, suite))
  note('npm start', await start(env).catch((/** @type {Error} */ error) => `FAILED: ${error.message}`))
  return done
}

/**
 * @param {string} node
 * @param {NodeJS.ProcessEnv} env
 * @param {string[]} suite
 */
function runTests(node, env, suite) {
  const folder = mkdtempSync(join(tmpdir(), 'opencode-bridge-node-'))
  const file = join(folder, 'report.json')
  try {
    const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${file}`]
    spawnSync(node, ['node_modules/vitest/vitest.mjs', 'run', '--config', 'test/vitest.config.ts', ...suite, ...reporters], { stdio: 'inherit', env })
    const { success, numPassedTests, numFailedTests, numPendingTests } = JSON.parse(readFileSync(file, 'utf8'))
    return `${success ? '' : 'FAILED: '}${numPassedTests} passed, ${numFailedTests} failed, ${numPendingTests} skipped`
  } catch (error) {
    return `FAILED: ${error.message}`
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

/**
 * The README's first command, with an empty home: it starts, answers, and ends when it is asked to.
 * @param {NodeJS.ProcessEnv} env
 */
async function start(env) {
  const home = mkdtempSync(join(tmpdir(), 'opencode-bridge-node-'))
  const child = spawn('npm', ['start', '--', '--port', '0'], {
    env: { ...env, HOME: home, USERPROFILE: home, XDG_CONFIG_HOME: join(home, 'config'), XDG_STATE_HOME: join(home, 'state') },
    stdio: ['ignore', 'pipe', 'inherit'],
    shell: windows,
  })
  const exited = new Promise((resolve) => child.once('exit', (code, signal) => resolve(code ?? signal)))
  const timer = setTimeout(() => child.kill('SIGKILL'), START_TIMEOUT)
  try {
    const url = await readyUrl(child.stdout)
    const body = JSON.stringify({ model: 'demo/echo', messages: [{ role: 'user', content: 'Hello!' }] })
    const response = await fetch(`${url}/chat/completions`, { method: 'POST', headers: { 'content-type': 'application/json' }, body })
    const answer = await response.text()
    if (!answer.includes('You said: Hello!')) throw new Error(`it answered ${answer}`)
    child.kill('SIGTERM')
    const code = await exited
    if (code !== 0 && code !== 'SIGTERM') throw new Error(`it ended with ${code}`)
    await gone(url)
    return 'answered, and ended'
  } finally {
    clearTimeout(timer)
    if (child.exitCode === null && child.signalCode === null) child.kill('SIGKILL')
    await exited
    rmSync(home, { recursive: true, force: true })
  }
}

/**
 * npm may be gone before what it has started.
 * @param {string} url
 */
async function gone(url) {
  for (const end = Date.now() + END_TIMEOUT; Date.now() < end; await sleep(100)) {
    if ((await fetch(`${url}/models`).catch(() => undefined)) === undefined) return
  }
  throw new Error('it outlived npm')
}

/**
 * @param {import('node:stream').Readable} stdout
 * @returns {Promise<string>} the base URL, with `/v1`
 */
async function readyUrl(stdout) {
  for await (const line of createInterface({ input: stdout })) {
    const url = READY.exec(line)?.[1]
    if (url !== undefined) return url
  }
  throw new Error('it ended before it was ready')
}
