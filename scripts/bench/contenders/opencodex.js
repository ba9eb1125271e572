import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { MODEL, UPSTREAM_MODEL } from '../chat.js'
import { findFreePort } from '../free-port.js'
import { installPackage } from '../installed-package.js'
import { launch } from '../processes.js'
import { createSandbox } from '../sandbox.js'
import { whenAnswering } from '../started.js'
import { streamChat } from '../stream-chat.js'

const PACKAGE = '@bitkyc08/opencodex'
const VERSION = '2.63.0'

export const name = 'opencodex'
export const title = `opencodex ${VERSION}`

/**
 * A proxy that calls providers itself, on Bun. Same format on both sides, so it passes the answer on.
 * @type {import('./index.js').ContenderModule['start']}
 */
export async function start({ upstreamUrl, signal }) {
  const folder = await installPackage(PACKAGE, VERSION, signal)
  const { home, cwd, env } = createSandbox(upstreamUrl)
  const port = await findFreePort()
  writeConfig(join(home, '.opencodex'), port, upstreamUrl)
  // It looks for a newer version of itself only when it has a terminal.
  const proxy = launch(process.execPath, [join(folder, 'bin', 'ocx.mjs'), 'start', '--port', String(port)], {
    cwd,
    env,
    stdio: ['ignore', 'ignore', 'pipe'],
  })
  const url = `http://127.0.0.1:${port}`
  await whenAnswering(title, proxy, [`${url}/healthz`, `${url}/v1/models`], signal)
  return {
    pid: proxy.child.pid,
    ask: (messages, askSignal) => streamChat(`${url}/v1`, { model: MODEL, messages }, askSignal),
    settle: async () => {},
  }
}

/**
 * @param {string} folder
 * @param {number} port
 * @param {string} baseUrl
 */
function writeConfig(folder, port, baseUrl) {
  const [provider = ''] = MODEL.split('/')
  mkdirSync(folder)
  writeFileSync(
    join(folder, 'config.json'),
    JSON.stringify({
      port,
      hostname: '127.0.0.1',
      defaultProvider: provider,
      // Opens a second port of its own otherwise.
      claudeCode: { intercept: { enabled: false } },
      providers: {
        [provider]: { adapter: 'openai-chat', baseUrl, apiKey: 'bench', allowPrivateNetwork: true, models: [UPSTREAM_MODEL], defaultModel: UPSTREAM_MODEL },
      },
    }),
  )
}
