import { last } from './pick.js'

export const client = 'pi'
export const packages = ['@mariozechner/pi-coding-agent@latest']

const CAT = { bash: { command: 'cat note.txt' } }

/** What it calls the wires, its model for each, and where they are. */
const APIS = [
  ['openai-completions', 'some-model', '/v1'],
  ['openai-responses', 'gpt-5.4', '/v1'],
  ['anthropic-messages', 'claude-sonnet-4-6', ''],
  ['google-generative-ai', 'gemini-3-pro-preview', '/v1beta'],
]

/** @type {import('./index.js').ClientModule['record']} */
export async function record({ url, home, installed, keep }) {
  const providers = APIS.map(([api, id, base]) => [
    api,
    { baseUrl: `${url}${base}`, api, apiKey: 'dummy', models: [{ id, reasoning: true, input: ['text', 'image'], contextWindow: 200000, maxTokens: 32000 }] },
  ])
  home.write('.pi/agent/models.json', { providers: Object.fromEntries(providers) })
  const pi = (args) => home.run(installed.bin('pi'), [...args, '-p'], { env: { PI_OFFLINE: '1' } })

  for (const [api, model] of APIS) {
    await keep(api, () => pi(['--provider', api, '--model', model, '--thinking', 'high', '@pixel.png', 'What does note.txt say?']), {
      turns: [CAT],
      pick: last,
    })
  }
}
