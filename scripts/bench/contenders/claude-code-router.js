import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { UPSTREAM_MODEL } from '../chat.js'
import { findFreePort } from '../free-port.js'
import { installPackage } from '../installed-package.js'
import { launch } from '../processes.js'
import { createSandbox } from '../sandbox.js'
import { whenAnswering } from '../started.js'
import { streamMessages } from '../stream-messages.js'

const PACKAGE = '@musistudio/claude-code-router'
/** 3 depends on packages that the public registry does not have. */
const VERSION = '2.0.0'
const PROVIDER = 'bench'

export const name = 'claude-code-router'
export const title = `claude-code-router ${VERSION}`

/**
 * A proxy for Claude Code that calls providers itself. It is asked in Anthropic's Messages format, which is the only one
 * that it routes, and translates to the upstream's.
 * @type {import('./index.js').ContenderModule['start']}
 */
export async function start({ upstreamUrl, signal }) {
  const folder = await installPackage(PACKAGE, VERSION, signal)
  const { home, cwd, env } = createSandbox(upstreamUrl)
  const port = await findFreePort()
  writeConfig(join(home, '.claude-code-router'), port, upstreamUrl)
  const router = launch(process.execPath, [join(folder, 'dist', 'cli.js'), 'start'], { cwd, env, stdio: ['ignore', 'ignore', 'pipe'] })
  const url = `http://127.0.0.1:${port}`
  await whenAnswering(title, router, [`${url}/health`], signal)
  return {
    pid: router.child.pid,
    ask: (messages, askSignal) => streamMessages(`${url}/v1`, `${PROVIDER},${UPSTREAM_MODEL}`, messages, askSignal),
    settle: async () => {},
  }
}

/**
 * @param {string} folder
 * @param {number} port
 * @param {string} upstreamUrl
 */
function writeConfig(folder, port, upstreamUrl) {
  mkdirSync(folder)
  writeFileSync(
    join(folder, 'config.json'),
    JSON.stringify({
      PORT: port,
      HOST: '127.0.0.1',
      LOG: false,
      NON_INTERACTIVE_MODE: true,
      Providers: [{ name: PROVIDER, api_base_url: `${upstreamUrl}/chat/completions`, api_key: 'bench', models: [UPSTREAM_MODEL] }],
      Router: { default: `${PROVIDER},${UPSTREAM_MODEL}` },
    }),
  )
}
