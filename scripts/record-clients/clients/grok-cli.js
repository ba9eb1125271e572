import { last } from './pick.js'

export const client = 'grok-cli'
export const packages = ['@vibe-kit/grok-cli@latest']

/** @type {import('./index.js').ClientModule['record']} */
export async function record({ url, home, installed, keep }) {
  const grok = (prompt) =>
    home.run(installed.bin('grok'), ['-p', prompt, '-m', 'grok-code-fast-1', '--max-tool-rounds', '3'], {
      env: { GROK_API_KEY: 'dummy', GROK_BASE_URL: `${url}/v1` },
    })
  await keep('bash', () => grok('What does note.txt say?'), { turns: [{ bash: { command: 'cat note.txt' } }], pick: last })
  await keep('search', () => grok('What is the latest news today?'), { pick: last })
}
