import { join } from 'node:path'
import { firstAndLast, having, last } from './pick.js'

export const client = 'qwen-code'
export const packages = ['@qwen-code/qwen-code@latest']

const TASK = 'What does note.txt say?'
const CAT = { run_shell_command: { command: 'cat note.txt', description: 'Print the note', is_background: false } }

/** @type {import('./index.js').ClientModule['record']} */
export async function record({ url, home, installed, keep }) {
  home.write('.qwen/settings.json', {
    general: { enableAutoUpdate: false, disableAutoUpdate: true },
    privacy: { usageStatisticsEnabled: false },
    telemetry: { enabled: false },
    security: { auth: { selectedType: 'openai' } },
  })
  const qwen = (args, prompt = TASK) =>
    home.run(installed.bin('qwen'), [...args, '--yolo', '-p', prompt], {
      env: { OPENAI_API_KEY: 'dummy', OPENAI_BASE_URL: `${url}/v1`, OPENAI_MODEL: 'qwen3-coder-plus' },
    })

  await keep('shell', () => qwen([]), { turns: [CAT] })
  await keep('continue', () => qwen(['--continue'], 'And who wrote it?'), { pick: firstAndLast })
  await keep('parallel-with-error', () => qwen([]), {
    parallel: true,
    turns: [{ ...CAT, read_file: { file_path: join(home.cwd, 'missing.txt'), absolute_path: join(home.cwd, 'missing.txt') } }],
    pick: last,
  })
  await keep('image', () => qwen(['-m', 'qwen3-vl-plus'], 'What is this? @pixel.png'), { pick: having('image_url') })
}
