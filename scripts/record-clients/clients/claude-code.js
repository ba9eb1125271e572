import { join } from 'node:path'
import { ANSWER_SCHEMA, PNG } from '../samples.js'
import { having, last } from './pick.js'

export const client = 'claude-code'
export const packages = ['@anthropic-ai/claude-code@latest']

const QUIET = { CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC: '1', DISABLE_AUTOUPDATER: '1', DISABLE_ERROR_REPORTING: '1' }
const TASK = 'What does note.txt say?'
const CAT = { Bash: { command: 'cat note.txt', description: 'Print the note' } }

const IMAGE_INPUT = {
  type: 'user',
  message: {
    role: 'user',
    content: [
      { type: 'text', text: 'What is this?' },
      { type: 'image', source: { type: 'base64', media_type: 'image/png', data: PNG } },
    ],
  },
}

/** @type {import('./index.js').ClientModule['record']} */
export async function record({ url, home, installed, keep }) {
  const claude = (args, { env = {}, input } = {}) =>
    home.run(installed.bin('claude'), args, { env: { ...QUIET, ANTHROPIC_BASE_URL: url, ANTHROPIC_API_KEY: 'dummy', ...env }, input })

  await keep('bash', () => claude(['-p', TASK, '--allowedTools', 'Bash']), { turns: [CAT] })
  await keep('continue', () => claude(['-p', 'And who wrote it?', '--continue']))
  await keep('compact', () => claude(['-p', '/compact', '--continue']), { pick: last })
  await keep(
    'thinking-budget',
    () => claude(['-p', TASK, '--model', 'claude-sonnet-4-5', '--allowedTools', 'Bash'], { env: { MAX_THINKING_TOKENS: '8000' } }),
    {
      turns: [CAT],
      pick: last,
    },
  )
  await keep('effort', () => claude(['-p', 'Hi', '--model', 'opus', '--effort', 'high', '--tools', 'Bash']))
  await keep('read-image', () => claude(['-p', 'What is on pixel.png?', '--allowedTools', 'Read', '--tools', 'Read']), {
    turns: [{ Read: { file_path: join(home.cwd, 'pixel.png') } }],
    pick: last,
  })
  await keep('parallel-with-error', () => claude(['-p', TASK, '--allowedTools', 'Bash,Read', '--append-system-prompt', 'Be terse.']), {
    parallel: true,
    turns: [{ ...CAT, Read: { file_path: join(home.cwd, 'missing.txt') } }],
    pick: last,
  })
  await keep('image-input', () =>
    claude(['-p', '--tools', '', '--input-format', 'stream-json', '--output-format', 'stream-json', '--verbose'], {
      input: `${JSON.stringify(IMAGE_INPUT)}\n`,
    }),
  )
  await keep('tool-search', () => claude(['-p', TASK, '--allowedTools', 'Bash'], { env: { ENABLE_TOOL_SEARCH: 'true' } }), {
    turns: [{ ToolSearch: { query: 'select:WebFetch' } }],
    pick: last,
  })
  await keep('web-search', () => claude(['-p', 'Search for milk', '--allowedTools', 'WebSearch', '--tools', 'WebSearch']), {
    turns: [{ WebSearch: { query: 'milk' } }],
    pick: having('web_search_2'),
  })
  await keep('subagent', () => claude(['-p', 'Let an agent look for notes', '--allowedTools', 'Agent,Task']), {
    turns: [{ Agent: SUBTASK, Task: SUBTASK }],
    pick: having('cc_is_subagent'),
  })
  await keep('json-schema', () => claude(['-p', 'Rome, as JSON', '--tools', '', '--output-format', 'json', '--json-schema', JSON.stringify(ANSWER_SCHEMA)]), {
    turns: [{ StructuredOutput: { city: 'Rome', inhabitants: 1 } }],
  })
  await keep('haiku-plain', () => claude(['-p', 'Hi', '--model', 'haiku', '--tools', '', '--system-prompt', 'Be terse.']))
}

const SUBTASK = { description: 'Look for notes', prompt: 'Look for notes here.', subagent_type: 'general-purpose' }
