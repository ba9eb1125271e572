import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { MODEL } from './chat.js'
import { launch } from './processes.js'
import { createSandbox } from './sandbox.js'
import { streamChat } from './stream-chat.js'
import { until } from './wait.js'

const ROOT = fileURLToPath(new URL('../..', import.meta.url))
const START_TIMEOUT = 60_000
const SETTLE_TIMEOUT = 60_000

/** Between two looks at a daemon while its cost is measured, for a look costs some milliseconds of CPU time. */
const REST_INTERVAL = 2_000

/**
 * Starts the bridge as a user would who has used it before, and makes a contender of it.
 * @param {import('./contenders/index.js').Context} context
 * @param {object} options
 * @param {Record<string, string>} options.settings variables without their prefix `OPENCODE_BRIDGE_`
 * @param {number} [options.idle] how many requests it is ready for while nothing is asked of it: none at all, or at least so many; any by default
 * @param {string} [options.root] the checkout; this one by default
 * @param {object} [options.extra] fields of every request beside the model and the messages
 * @returns {Promise<import('./contenders/index.js').Contender & { url: string }>} with its address, without `/v1`
 */
export async function startBridge({ upstreamUrl, binary, signal }, { settings, idle, root = ROOT, extra = {} }) {
  const { home, cwd, env } = createSandbox(upstreamUrl)
  const command = (/** @type {string} */ name) =>
    launch(process.execPath, [join(root, 'bin/opencode-bridge.js'), name], {
      cwd,
      env: { ...env, ...prefixed({ PORT: '0', BINARY: binary, START_TIMEOUT: String(START_TIMEOUT), ...settings }) },
      stdio: ['ignore', 'ignore', 'pipe'],
    })
  // It keeps what it found. Where the models are not known, the first process has opencode's whole catalogue, and is replaced
  // when it had nothing to do for a minute: while another contender is measured, or this one.
  const asked = command('models')
  await asked.exited
  signal?.throwIfAborted()
  if (asked.child.exitCode !== 0) throw new Error(`the bridge could not list its models: ${asked.notes()}`)
  const daemon = command('start')
  const url = await until('the bridge has started', findUrl, { timeout: START_TIMEOUT, signal }).catch(explain)
  return {
    url,
    pid: daemon.child.pid,
    ask: (messages, askSignal) => streamChat(`${url}/v1`, { model: MODEL, messages, ...extra }, askSignal).catch(explain),
    settle: () => until('the pool is at rest', isAtRest, { timeout: SETTLE_TIMEOUT, signal }).catch(explain),
    rest: () => until('what was worn has been replaced', isRefreshed, { timeout: SETTLE_TIMEOUT, signal, interval: REST_INTERVAL }).catch(explain),
  }

  function findUrl() {
    if (daemon.child.exitCode !== null) throw new Error('the bridge did not start')
    return readUrl(home)
  }

  async function isRefreshed() {
    const { pool, processes } = (await (await fetch(`${url}/status`, { signal })).json()).engine
    return pool.turnover !== 'quiet' || (pool.starting + pool.stopping === 0 && processes.every((/** @type {{ fresh: boolean }} */ { fresh }) => fresh))
  }

  async function isAtRest() {
    const response = await fetch(`${url}/status`, { signal })
    const { mode, degraded, pool } = (await response.json()).engine
    if (mode !== 'native') throw new Error(`the bridge runs in ${mode} mode: ${degraded}`)
    return (idle === 0 ? pool.idle === 0 : pool.idle >= (idle ?? 0)) && pool.starting + pool.acquired + pool.stopping === 0
  }

  /**
   * @returns {never}
   * @param {any} error
   */
  function explain(error) {
    const notes = daemon
      .notes()
      .split('\n')
      .filter((line) => !line.includes('GET /status'))
    // What `fetch` says of itself is that it failed.
    const reason = error.cause?.message ?? error.message
    throw new Error([reason, ...notes].filter(Boolean).join('\n'), { cause: error })
  }
}

/** @param {Record<string, string>} settings */
function prefixed(settings) {
  return Object.fromEntries(Object.entries(settings).map(([name, value]) => [`OPENCODE_BRIDGE_${name}`, value]))
}

/**
 * From the file by which `opencode-bridge stop` finds a daemon; undefined until it is ready.
 * @param {string} home
 */
function readUrl(home) {
  const folder = join(home, '.local', 'state', 'opencode-bridge')
  try {
    const name = readdirSync(folder).find((file) => file.endsWith('.json'))
    return name && JSON.parse(readFileSync(join(folder, name), 'utf8')).url
  } catch {
    return undefined
  }
}
