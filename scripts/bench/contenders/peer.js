import { mkdirSync } from 'node:fs'
import { delimiter, dirname, join } from 'node:path'
import { MODEL } from '../chat.js'
import { findFreePort } from '../free-port.js'
import { installPeer, PEER, PEER_VERSION } from '../peer-package.js'
import { launch } from '../processes.js'
import { createSandbox } from '../sandbox.js'
import { streamChat } from '../stream-chat.js'
import { until } from '../wait.js'

export const name = 'peer'
export const title = `${PEER} ${PEER_VERSION}`

const START_TIMEOUT = 60_000
/** Long enough for an opencode that is up; a call made while it starts is given up and repeated. */
const PROBE_TIMEOUT = 2000

/** By its README it takes 8 by default; at 16 at a time that would be what is measured. */
const MAX_CONCURRENT_REQUESTS = 32

/**
 * A plugin of opencode that opens a port of its own once it is loaded; `opencode serve` loads plugins at its first request.
 * @type {import('./index.js').ContenderModule['start']}
 */
export async function start({ upstreamUrl, binary, signal }) {
  const { home, cwd, env } = createSandbox(upstreamUrl)
  const folder = join(home, 'peer')
  mkdirSync(folder)
  const plugin = await installPeer(folder, signal)
  const [port, opencodePort] = [await findFreePort(), await findFreePort()]
  const opencode = launch(binary, ['serve', '--hostname', '127.0.0.1', '--port', String(opencodePort)], {
    cwd,
    env: {
      ...env,
      PWD: cwd,
      PATH: [dirname(binary), env.PATH].join(delimiter),
      OPENCODE_CONFIG_CONTENT: JSON.stringify({ ...JSON.parse(env.OPENCODE_CONFIG_CONTENT), plugin: [plugin] }),
      OPENCODE_LLM_PROXY_PORT: String(port),
      OPENCODE_LLM_PROXY_MAX_CONCURRENT_REQUESTS: String(MAX_CONCURRENT_REQUESTS),
    },
    stdio: ['ignore', 'ignore', 'pipe'],
  })
  const url = `http://127.0.0.1:${port}`
  await until(`${PEER} has started`, isReady, { timeout: START_TIMEOUT, signal }).catch(explain)
  return {
    pid: opencode.child.pid,
    ask: (messages, askSignal) => streamChat(`${url}/v1`, { model: MODEL, messages }, askSignal),
    settle: async () => {},
  }

  async function isReady() {
    if (opencode.child.exitCode !== null) throw new Error('its opencode ended')
    return (await answers(`http://127.0.0.1:${opencodePort}/config`)) && answers(`${url}/v1/models`)
  }

  async function answers(address) {
    try {
      const response = await fetch(address, { signal: AbortSignal.any([signal, AbortSignal.timeout(PROBE_TIMEOUT)]) })
      await response.arrayBuffer()
      return response.ok
    } catch {
      return false
    }
  }

  /** @returns {never} */
  function explain(error) {
    throw new Error([error.message, opencode.notes()].filter(Boolean).join('\n'), { cause: error })
  }
}
