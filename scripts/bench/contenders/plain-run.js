import { createInterface } from 'node:readline'
import { flatten, MODEL } from '../chat.js'
import { now } from '../clock.js'
import { launch } from '../processes.js'
import { createSandbox } from '../sandbox.js'

export const name = 'plain'
export const title = 'plain opencode run'

/** @type {import('./index.js').ContenderModule['start']} */
export async function start({ upstreamUrl, binary }) {
  const { cwd, env } = createSandbox(upstreamUrl)
  return {
    ask: (messages, signal) => run({ binary, cwd, env }, flatten(messages), signal),
    settle: async () => {},
  }
}

/**
 * @param {{ binary: string, cwd: string, env: Record<string, string> }} options
 * @param {string} prompt
 * @param {AbortSignal} signal
 */
async function run({ binary, cwd, env }, prompt, signal) {
  const opencode = launch(binary, ['run', '--model', MODEL, '--format', 'json'], { cwd, env: { ...env, PWD: cwd }, stdio: 'pipe' })
  const kill = () => opencode.kill()
  signal.addEventListener('abort', kill)
  const { stdin, stdout } = opencode.child
  if (stdin === null || stdout === null) throw new Error('it was started without pipes')
  stdin.end(prompt)
  /** @type {number | undefined} */
  let firstTokenAt
  let text = ''
  for await (const line of createInterface({ input: stdout })) {
    const event = JSON.parse(line)
    if (event.type === 'error') throw new Error(JSON.stringify(event.error))
    if (event.type !== 'text') continue
    firstTokenAt ??= now()
    text += event.part.text
  }
  await opencode.exited
  signal.removeEventListener('abort', kill)
  signal.throwIfAborted()
  if (firstTokenAt === undefined || !text) throw new Error(`no answer: ${opencode.notes()}`)
  return { firstTokenAt, text }
}
