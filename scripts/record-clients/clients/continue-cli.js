import { join } from 'node:path'
import { last } from './pick.js'

export const client = 'continue-cli'
export const packages = ['@continuedev/cli@latest']

const CAT = { Bash: { command: 'cat note.txt' } }

/** @type {import('./index.js').ClientModule['record']} */
export async function record({ url, home, installed, keep }) {
  for (const [provider, model, base] of [
    ['openai', 'gpt-4o', '/v1/'],
    ['anthropic', 'claude-sonnet-4-6', '/v1/'],
  ]) {
    const config = `.continue/${provider}.yaml`
    home.write(
      config,
      [
        'name: recorder',
        'version: 0.0.1',
        'schema: v1',
        'models:',
        `  - name: ${model}`,
        `    provider: ${provider}`,
        `    model: ${model}`,
        `    apiBase: ${url}${base}`,
        '    apiKey: dummy',
        '    roles: [chat]',
        '    capabilities: [tool_use, image_input]',
        '',
      ].join('\n'),
    )
    await keep(
      provider,
      () =>
        home.run(installed.bin('cn'), ['--config', join(home.path, config), '--auto', '-p', 'What does note.txt say?'], {
          env: { CONTINUE_TELEMETRY_ENABLED: '0' },
        }),
      {
        turns: [CAT],
        pick: last,
      },
    )
  }
}
