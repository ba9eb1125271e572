import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, beforeEach, describe, expect, onTestFinished, test } from 'vitest'
import { claude } from '../../src/connectors/claude.ts'
import { codex } from '../../src/connectors/codex.ts'
import { type Connector, KEY_VARIABLE, NAME } from '../../src/connectors/connector.ts'
import { opencode } from '../../src/connectors/opencode.ts'
import { locateOpencode } from '../../src/opencode/binary.ts'
import { type BlockServers, startBlockServers } from '../support/block-servers.ts'
import { type Bridge, startBridge } from '../support/bridge.ts'
import type { WireAnswer } from '../support/provider-wires.ts'
import { AgentHome } from './agent-home.ts'
import { useInstalled } from './use-installed.ts'

/**
 * The same agents, where the model is behind a block of the configuration: a server of OpenAI's chat, and one of
 * Anthropic's Messages. Each is to do what it cannot do without a tool of its own.
 */

const KEY = `bridge-key-${randomUUID()}`
const TASK = 'What does note.txt say?'
const COMMAND = 'cat note.txt'
const SHELLS: Record<string, object> = {
  exec_command: { cmd: COMMAND },
  shell_command: { command: COMMAND },
  shell: { command: COMMAND.split(' ') },
  Bash: { command: COMMAND, description: 'Print the note' },
  bash: { command: COMMAND, description: 'Print the note' },
}

let servers: BlockServers
let bridge: Bridge

beforeAll(async () => {
  servers = await startBlockServers({
    house: {
      path: '/v1/chat/completions',
      lists: { '/v1/models': { object: 'list', data: [{ id: 'model', object: 'model' }] } },
      auth: { authorization: 'Bearer key-of-house' },
      wire: 'chat',
      tools: 'native',
      answer: ({ messages, tools = [] }) =>
        answerTo(
          messages.findLast(({ role }: any) => role === 'tool')?.content,
          tools.map((tool: any) => tool.function.name),
        ),
    },
    vendor: {
      path: '/v1/messages',
      lists: { '/v1/models': { data: [{ id: 'model', type: 'model' }] } },
      auth: { 'x-api-key': 'key-of-vendor', 'anthropic-version': '2023-06-01' },
      wire: 'messages',
      tools: 'native',
      answer: ({ messages, tools = [] }) =>
        answerTo(
          resultIn(messages.at(-1).content),
          tools.map((tool: any) => tool.name),
        ),
    },
  })
  const block = (name: string) => ({ base_url: `${servers.root}/${name}/v1`, api_key_env: `${name.toUpperCase()}_KEY`, tool_call_format: 'native' as const })
  bridge = await startBridge({
    config: {
      apiKeys: [KEY],
      maxRetries: 0,
      verbose: true,
      provider: { house: { kind: 'openai', ...block('house') }, vendor: { kind: 'anthropic', ...block('vendor') } },
    },
    env: { HOUSE_KEY: 'key-of-house', VENDOR_KEY: 'key-of-vendor' },
    providers: () => ({}),
    warm: 0,
  })
})
afterAll(async () => {
  await bridge?.close()
  await servers?.close()
})
beforeEach(() => {
  servers.calls.length = 0
  bridge.logged.length = 0
})

/** Calls the shell among the tools, and then says what that gave; agents also ask for titles, without a tool. */
function answerTo(result: unknown, tools: readonly string[]): WireAnswer {
  if (result !== undefined) return { text: `It is ${JSON.stringify(result)}.` }
  const name = tools.find((tool) => Object.hasOwn(SHELLS, tool))
  return name === undefined ? { text: 'A note' } : { call: { id: 'toolu_1', name, arguments: [JSON.stringify(SHELLS[name])] } }
}

function resultIn(content: unknown): unknown {
  return Array.isArray(content) ? content.find(({ type }: any) => type === 'tool_result')?.content : undefined
}

const BLOCKS = [
  ['openai', 'house'],
  ['anthropic', 'vendor'],
] as const

function useHome(connector: Connector, provider: string, env: NodeJS.ProcessEnv = {}): AgentHome {
  const home = new AgentHome({ [KEY_VARIABLE]: KEY, ...env })
  onTestFinished(() => home.dispose())
  home.connect(connector, { url: bridge.url, model: `${provider}/model` })
  return home
}

/** The answer has the note, which came from the tool by the block's own server, and nothing failed on the way. */
function expectNote(home: AgentHome, { code, stdout, stderr }: { code: number | null; stdout: string; stderr: string }, provider: string): void {
  expect({ code, found: stdout.includes(home.note) }, `${stderr}\n${bridge.logged.join('\n')}`).toEqual({ code: 0, found: true })
  const calls = servers.calls.filter(({ method }) => method === 'POST')
  expect(new Set(calls.map(({ server, status }) => `${server} ${status}`))).toEqual(new Set([`${provider} 200`]))
  expect(calls.some(({ body }) => JSON.stringify(body.messages).includes(home.note))).toBe(true)
}

describe('codex exec', () => {
  const installed = useInstalled('@openai/codex')
  test.each(BLOCKS)('through a block of kind %s', async (_kind, provider) => {
    const home = useHome(codex, provider)
    const quiet = ['-c', 'analytics.enabled=false', '-c', 'check_for_update_on_startup=false']
    const result = await home.run(installed().bin('codex'), ['exec', '--skip-git-repo-check', '--dangerously-bypass-approvals-and-sandbox', ...quiet, TASK])
    expectNote(home, result, provider)
  })
})

describe('claude -p', () => {
  const installed = useInstalled('@anthropic-ai/claude-code')
  test.each(BLOCKS)('through a block of kind %s', async (_kind, provider) => {
    const quiet = { CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC: '1', DISABLE_AUTOUPDATER: '1', DISABLE_ERROR_REPORTING: '1' }
    const home = useHome(claude, provider, quiet)
    const result = await home.run(installed().bin('claude'), ['-p', TASK, '--model', `${provider}/model`, '--allowedTools', 'Bash'])
    expectNote(home, result, provider)
  })
})

describe('opencode run', () => {
  test.each(BLOCKS)('through a block of kind %s', async (_kind, provider) => {
    const home = useHome(opencode, provider, {
      OPENCODE_DISABLE_AUTOUPDATE: '1',
      OPENCODE_DISABLE_MODELS_FETCH: '1',
      OPENCODE_DISABLE_LSP_DOWNLOAD: '1',
      npm_config_fetch_retries: '0',
    })
    const { path } = await locateOpencode({ configured: undefined, env: {} })
    expectNote(home, await home.run(path, ['run', '-m', `${NAME}/${provider}/model`, TASK]), provider)
  })
})
