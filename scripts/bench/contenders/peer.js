import { delimiter, dirname, join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { MODEL } from '../chat.js'
import { findFreePort } from '../free-port.js'
import { installPackage } from '../installed-package.js'
import { launch } from '../processes.js'
import { createSandbox } from '../sandbox.js'
import { whenAnswering } from '../started.js'
import { streamChat } from '../stream-chat.js'

const PACKAGE = 'opencode-llm-proxy'
const VERSION = '1.10.0'

export const name = 'peer'
export const title = `${PACKAGE} ${VERSION}`

/** By its README it takes 8 by default; at 16 at a time that would be what is measured. */
const MAX_CONCURRENT_REQUESTS = 32

/**
 * A plugin of opencode that opens a port of its own once it is loaded; `opencode serve` loads plugins at its first request.
 * @type {import('./index.js').ContenderModule['start']}
 */
export async function start({ upstreamUrl, binary, signal }) {
  const plugin = pathToFileURL(join(await installPackage(PACKAGE, VERSION, signal), 'index.js')).href
  const { cwd, env } = createSandbox(upstreamUrl)
  const [port, opencodePort] = [await findFreePort(), await findFreePort()]
  const opencode = launch(binary, ['serve', '--hostname', '127.0.0.1', '--port', String(opencodePort)], {
    cwd,
    env: {
      ...env,
      PWD: cwd,
      PATH: [dirname(binary), env.PATH].join(delimiter),
      OPENCODE_CONFIG_CONTENT: JSON.stringify({ ...JSON.parse(env.OPENCODE_CONFIG_CONTENT ?? '{}'), plugin: [plugin] }),
      OPENCODE_LLM_PROXY_PORT: String(port),
      OPENCODE_LLM_PROXY_MAX_CONCURRENT_REQUESTS: String(MAX_CONCURRENT_REQUESTS),
    },
    stdio: ['ignore', 'ignore', 'pipe'],
  })
  const url = `http://127.0.0.1:${port}`
  await whenAnswering(title, opencode, [`http://127.0.0.1:${opencodePort}/config`, `${url}/v1/models`], signal)
  return {
    pid: opencode.child.pid,
    ask: (messages, askSignal) => streamChat(`${url}/v1`, { model: MODEL, messages }, askSignal),
    settle: async () => {},
  }
}
