import { join } from 'node:path'
import { ANSWER_SCHEMA } from '../samples.js'
import { last } from './pick.js'

export const client = 'codex'
export const packages = ['@openai/codex@latest']

const TASK = 'What does note.txt say?'
const COMMAND = 'cat note.txt'
const PATCH = ['*** Begin Patch', '*** Add File: new.txt', '+"Grüße" \\ 🦀', '*** End Patch', ''].join('\n')
/** How the shells of its models are called. */
const CAT = {
  exec: { input: `text(await tools.exec_command({ cmd: "${COMMAND}" }))` },
  exec_command: { cmd: COMMAND },
  shell_command: { command: COMMAND },
  shell: { command: COMMAND.split(' ') },
}

/** @type {import('./index.js').ClientModule['record']} */
export async function record({ url, home, installed, keep }) {
  home.write(
    '.codex/config.toml',
    [
      'model_provider = "recorder"',
      'check_for_update_on_startup = false',
      '[analytics]',
      'enabled = false',
      '[model_providers.recorder]',
      'name = "recorder"',
      `base_url = "${url}/v1"`,
      'wire_api = "responses"',
      'env_key = "RECORDER_KEY"',
      'request_max_retries = 0',
      'stream_max_retries = 0',
      '',
    ].join('\n'),
  )
  home.write('schema.json', ANSWER_SCHEMA)
  const codex = (args, prompt = TASK) =>
    home.run(installed.bin('codex'), ['exec', ...args, '--skip-git-repo-check', '--dangerously-bypass-approvals-and-sandbox', ...(prompt ? [prompt] : [])], {
      env: { RECORDER_KEY: 'dummy' },
    })

  await keep('unknown-model', () => codex(['-m', 'some/model']), { turns: [CAT] })
  await keep('known-model', () => codex(['-m', 'gpt-5.5']), { turns: [CAT], pick: last })
  // By now with its own default model, before and after a compaction.
  await keep('resume', () => codex(['resume', '--last'], 'And who wrote it?'))
  await keep('default-model', () => codex([]), { turns: [CAT], pick: last })
  await keep('apply-patch', () => codex(['-m', 'gpt-5.5'], 'Write new.txt'), { turns: [{ apply_patch: { input: PATCH } }], pick: last })
  await keep('tool-search', () => codex(['-m', 'gpt-5.5'], 'Which tools are there?'), { turns: [{ tool_search: { query: 'spawn agent' } }], pick: last })
  await keep('parallel', () => codex(['-m', 'gpt-5.4']), { parallel: true, turns: [{ ...CAT, view_image: { path: 'pixel.png' } }], pick: last })
  await keep('image', () => codex(['-m', 'gpt-5.4', '-i', join(home.cwd, 'pixel.png')], 'What is this?'), {
    turns: [{ view_image: { path: 'pixel.png' } }],
    pick: last,
  })
  await keep('output-schema', () => codex(['-m', 'gpt-5.4', '--output-schema', join(home.path, 'schema.json')], 'Rome, as JSON'), {
    text: '{"city":"Rome","inhabitants":1}',
  })
  await keep('web-search', () =>
    codex(
      [
        '-m',
        'gpt-5.4',
        '-c',
        'web_search="live"',
        '-c',
        'model_reasoning_effort="xhigh"',
        '-c',
        'model_reasoning_summary="detailed"',
        '-c',
        'model_verbosity="low"',
      ],
      'Search for milk',
    ),
  )
  await keep('service-tier', () => codex(['-m', 'gpt-5.3-codex', '-c', 'service_tier="fast"', '-c', 'developer_instructions="Be terse."'], 'Hi'))
  await keep('old-model', () => codex(['-m', 'o3'], 'Hi'))
}
