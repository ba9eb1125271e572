import { join } from 'node:path'
import { locateOpencode } from '../../../dist/opencode/binary.js'
import { firstAndLast, last } from './pick.js'

export const client = 'opencode'
/** The one that the bridge runs. */
export const packages = []

const TASK = 'What does note.txt say?'
const CAT = { bash: { command: 'cat note.txt', description: 'Print the note' } }

const QUIET = { OPENCODE_DISABLE_AUTOUPDATE: '1', OPENCODE_DISABLE_MODELS_FETCH: '1', OPENCODE_DISABLE_LSP_DOWNLOAD: '1', npm_config_fetch_retries: '0' }

/** @type {import('./index.js').ClientModule['record']} */
export async function record({ url, home, keep }) {
  const { path, version } = await locateOpencode({ configured: undefined, env: process.env })
  const provider = (npm, base, model) => ({
    npm,
    name: npm,
    options: { baseURL: `${url}${base}`, apiKey: 'dummy' },
    models: { [model]: { name: model, attachment: true, reasoning: true, tool_call: true, modalities: { input: ['text', 'image'], output: ['text'] } } },
  })
  home.write('.config/opencode/opencode.json', {
    provider: {
      anthropic: provider('@ai-sdk/anthropic', '/v1', 'claude-sonnet-4-6'),
      openai: provider('@ai-sdk/openai', '/v1', 'gpt-5.4'),
      google: provider('@ai-sdk/google', '/v1beta', 'gemini-3-pro-preview'),
      recorder: provider('@ai-sdk/openai-compatible', '/v1', 'some-model'),
    },
  })
  const opencode = (model, args = [], prompt = TASK) => home.run(path, ['run', '--model', model, ...args, '--', prompt], { env: QUIET })

  // The first one is for the title of the session.
  await keep('anthropic', () => opencode('anthropic/claude-sonnet-4-6'), { turns: [CAT] })
  await keep('anthropic-continue', () => opencode('anthropic/claude-sonnet-4-6', ['--continue', '--variant', 'high'], 'And who wrote it?'), { pick: last })
  await keep('openai', () => opencode('openai/gpt-5.4'), { turns: [CAT], pick: firstAndLast })
  await keep('google', () => opencode('google/gemini-3-pro-preview'), { turns: [CAT], pick: firstAndLast })
  await keep('compatible', () => opencode('recorder/some-model'), { turns: [CAT], pick: firstAndLast })
  await keep('compatible-image', () => opencode('recorder/some-model', ['--file', join(home.cwd, 'pixel.png')], 'What is this?'), { pick: last })
  return version
}
