import { join } from 'node:path'
import { firstAndLast, having, last } from './pick.js'

export const client = 'gemini-cli'
export const packages = ['@google/gemini-cli@latest']

const TASK = 'What does note.txt say?'
const CAT = { run_shell_command: { command: 'cat note.txt', description: 'Print the note' } }

/** @type {import('./index.js').ClientModule['record']} */
export async function record({ url, home, installed, keep }) {
  home.write('.gemini/settings.json', {
    general: { enableAutoUpdate: false, disableAutoUpdate: true },
    privacy: { usageStatisticsEnabled: false },
    telemetry: { enabled: false },
    security: { auth: { selectedType: 'gemini-api-key' } },
  })
  const gemini = (args, prompt = TASK) =>
    home.run(installed.bin('gemini'), [...args, '--yolo', '--skip-trust', '-p', prompt], {
      env: { GEMINI_API_KEY: 'dummy', GOOGLE_GEMINI_BASE_URL: url, GEMINI_CLI_NO_RELAUNCH: 'true', GEMINI_CLI_TRUST_WORKSPACE: 'true' },
    })

  await keep('shell', () => gemini(['-m', 'gemini-3-pro-preview']), { turns: [CAT] })
  await keep('flash', () => gemini(['-m', 'gemini-2.5-flash']), { turns: [CAT], pick: last })
  await keep('auto', () => gemini([], 'Hi'), { pick: firstAndLast })
  await keep('parallel-with-error', () => gemini(['-m', 'gemini-2.5-pro']), {
    parallel: true,
    turns: [{ ...CAT, read_file: { file_path: join(home.cwd, 'missing.txt'), absolute_path: join(home.cwd, 'missing.txt') } }],
    pick: last,
  })
  await keep('image', () => gemini(['-m', 'gemini-2.5-pro'], 'What is this? @pixel.png'), { pick: last })
  await keep('web-search', () => gemini(['-m', 'gemini-2.5-pro'], 'Search for milk'), {
    turns: [{ google_web_search: { query: 'milk' } }],
    pick: having('googleSearch'),
  })
}
