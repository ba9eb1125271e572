import { randomUUID } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { claude } from '../../src/connectors/claude.ts'
import { codex } from '../../src/connectors/codex.ts'
import { KEY_VARIABLE, NAME } from '../../src/connectors/connector.ts'
import { opencode } from '../../src/connectors/opencode.ts'
import { locateOpencode } from '../../src/opencode/binary.ts'
import type { Result } from '../cli/sandbox.ts'
import { type Bridge, startBridge } from '../support/bridge.ts'
import { converse } from '../support/converse.ts'
import { until } from '../support/until.ts'
import { AgentHome } from './agent-home.ts'
import { useInstalled } from './use-installed.ts'

/**
 * Coding agents as clients of the bridge, connected as `ocb connect` does it: each gets a task that it cannot do without
 * a tool of its own. The model behind the bridge is scripted; the opencode in between is real.
 */

const KEY = `bridge-key-${randomUUID()}`
const MODEL = 'test/model'
const TASK = 'What does note.txt say?'
const COMMAND = 'cat note.txt'

/** How the command is run with the shells of the agents. */
const shellsOf = (command: string): Record<string, object> => ({
  exec_command: { cmd: command },
  shell_command: { command },
  shell: { command: command.split(' ') },
  Bash: { command, description: 'Print the note' },
  bash: { command, description: 'Print the note' },
})
const SHELLS = shellsOf(COMMAND)

let bridge: Bridge

/** What the search service was asked for, and what it finds. */
const searched: string[] = []
const PAGE = 'https://milk.example/today'
const search = createServer((request, response) => {
  searched.push(request.url!)
  response.end(JSON.stringify({ results: [{ title: 'Milk', url: PAGE, content: 'It is fresh.' }] }))
})

beforeAll(async () => {
  await new Promise<void>((resolve) => search.listen(0, '127.0.0.1', resolve))
  bridge = await startBridge({
    config: {
      apiKeys: [KEY],
      aliases: { 'claude-*': MODEL, 'gpt-*': MODEL },
      maxRetries: 0,
      verbose: true,
      webSearch: 'searxng',
      webSearchUrl: `http://127.0.0.1:${(search.address() as AddressInfo).port}`,
    },
    models: { model: { limit: { context: 64_000, output: 8_000 } } },
  })
})
afterAll(async () => {
  search.close()
  await bridge?.close()
})

describe('codex exec, in the Responses format', () => {
  const installed = useInstalled('@openai/codex')
  const run = (home: AgentHome, more: readonly string[] = []) =>
    home.run(installed().bin('codex'), [
      'exec',
      '--skip-git-repo-check',
      '--dangerously-bypass-approvals-and-sandbox',
      '-c',
      'analytics.enabled=false',
      '-c',
      'check_for_update_on_startup=false',
      ...more,
      TASK,
    ])

  test('runs a command', async () => {
    const home = useHome()
    home.connect(codex, { url: bridge.url, model: MODEL })
    callTool(SHELLS)
    expectNote(home, await run(home), '/v1/responses', ['exec_command', 'multi_agent_v1__spawn_agent'])
  })

  test('knows what the bridge says of its models', async () => {
    const home = useHome()
    home.connect(codex, { url: bridge.url, model: MODEL })
    callTool(SHELLS)
    const { stdout, stderr } = await run(home)
    // As it says of a model that nobody described to it.
    expect(stdout + stderr).not.toMatch(/fallback metadata|failed to refresh available models/)
    expect(bridge.logged.some((line) => line.startsWith('GET /v1/models 200'))).toBe(true)
    const { models } = JSON.parse(readFileSync(join(home.path, '.codex', 'models_cache.json'), 'utf8'))
    expect(models).toContainEqual(expect.objectContaining({ slug: MODEL, context_window: 64_000 }))
  })

  test('searches the web through the service of the bridge, in strict mode', async () => {
    const home = useHome()
    home.connect(codex, { url: bridge.url, model: MODEL })
    searched.length = 0
    callTool({ web_search: { query: 'the milk' } })
    const result = await run(home, ['-c', `model_providers.${NAME}.http_headers={ "x-bridge-strict" = "1" }`])
    expect(searched).toEqual(['/search?q=the+milk&format=json'])
    expect(result.stdout + result.stderr).toContain(PAGE)
    expect(bridge.upstream.calls.at(-1)!.body.messages.slice(-2)).toMatchObject([
      { role: 'assistant', tool_calls: [{ function: { name: 'web_search' } }] },
      { role: 'tool', content: expect.stringContaining(PAGE) },
    ])
  })

  test.each([
    ['HTTP', false],
    ['a WebSocket', true],
  ])('takes three steps over %s', async (_name, socket) => {
    const home = useHome()
    home.connect(codex, { url: bridge.url, model: MODEL })
    callTool(...['pwd', 'ls', COMMAND].map(shellsOf))
    const result = await run(home, ['-c', `model_providers.${NAME}.supports_websockets=${socket}`])
    expectNote(home, result, '/v1/responses', ['exec_command'])
    expect(bridge.logged.filter((line) => line.startsWith('GET /v1/responses')).map((line) => line.slice(0, 22))).toEqual(
      socket ? ['GET /v1/responses 101 '] : [],
    )
    expect(bridge.upstream.calls.at(-1)!.body.messages.filter(({ role }: any) => role === 'tool')).toHaveLength(3)
  })

  test('that is ended while an answer comes over a WebSocket takes the provider’s call with it', async () => {
    const home = useHome()
    home.connect(codex, { url: bridge.url, model: MODEL })
    bridge.upstream.answer(converse({ text: 'word '.repeat(1000), delay: 100 }))
    const ended = run(home, ['-c', `model_providers.${NAME}.supports_websockets=true`])
    await until(() => bridge.upstream.calls.length > 0)
    home.killAll()
    await ended
    await until(() => bridge.upstream.calls.every(({ hungUpAt }) => hungUpAt !== undefined))
    await until(() => bridge.logged.some((line) => /^POST \/v1\/responses \d+  cancelled/.test(line)))
  })

  test('changes a file with its custom tool, for a model that it knows by name', async () => {
    const home = useHome()
    home.connect(codex, { url: bridge.url, model: 'gpt-5.5' })
    const patch = ['*** Begin Patch', '*** Add File: new.txt', '+"Grüße" \\ 🦀', '*** End Patch', ''].join('\n')
    callTool({ apply_patch: { input: patch } })
    expectAnswer(await run(home), '/v1/responses', ['exec_command', 'apply_patch'], 'Success')
    expect(readFileSync(join(home.cwd, 'new.txt'), 'utf8')).toBe('"Grüße" \\ 🦀\n')
  })

  test('finds tools that it sends only when they are looked for', async () => {
    const home = useHome()
    home.connect(codex, { url: bridge.url, model: 'gpt-5.5' })
    callTool({ tool_search: { query: 'spawn agent' } })
    expectAnswer(await run(home), '/v1/responses', ['tool_search', 'multi_agent_v1__spawn_agent'], 'multi_agent_v1__spawn_agent')
  })
})

describe('claude -p, in the Messages format', () => {
  const installed = useInstalled('@anthropic-ai/claude-code')

  test('searches the web through the service of the bridge', async () => {
    const home = useHome()
    home.connect(claude, { url: bridge.url, model: MODEL })
    searched.length = 0
    callTool({ WebSearch: { query: 'the milk' }, web_search: { query: 'the milk' } })
    const { stdout } = await home.run(installed().bin('claude'), ['-p', TASK, '--allowedTools', 'WebSearch'])
    expect(searched).toEqual(['/search?q=the+milk&format=json'])
    expect(stdout).toContain(PAGE)
  })

  test('runs a command, with its own names of models', async () => {
    const home = useHome({ CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC: '1', DISABLE_AUTOUPDATER: '1', DISABLE_ERROR_REPORTING: '1' })
    home.connect(claude, { url: bridge.url })
    callTool(SHELLS)
    const result = await home.run(installed().bin('claude'), ['-p', TASK, '--allowedTools', 'Bash'])
    expectNote(home, result, '/v1/messages', ['Bash', 'Read', 'Edit'])
  })
})

describe('opencode run, in the Chat Completions format', () => {
  test('runs a command', async () => {
    const home = useHome({
      OPENCODE_DISABLE_AUTOUPDATE: '1',
      OPENCODE_DISABLE_MODELS_FETCH: '1',
      OPENCODE_DISABLE_LSP_DOWNLOAD: '1',
      npm_config_fetch_retries: '0',
    })
    home.connect(opencode, { url: bridge.url, model: MODEL })
    callTool(SHELLS)
    const { path } = await locateOpencode({ configured: undefined, env: {} })
    expectNote(home, await home.run(path, ['run', '-m', `${NAME}/${MODEL}`, TASK]), '/v1/chat/completions', ['bash', 'read', 'edit'])
  })
})

/** Makes the model call the first tool that `steps` have arguments for, once for each of them, and then repeat the results. */
function callTool(...steps: Record<string, object>[]): void {
  bridge.upstream.answer((call, number) => {
    const offered: string[] = (call.body.tools ?? []).map((tool: any) => tool.function.name)
    const name = offered.find((known) => Object.hasOwn(steps[0]!, known))
    // Agents also ask for titles, without a tool.
    return converse(name === undefined ? { text: 'A note' } : { turns: steps.map((calls) => [{ name, arguments: calls[name]! }]) })(call, number)
  })
}

/** The agent told what the note says, and left its run behind as `expectAnswer` wants it. */
function expectNote(home: AgentHome, result: Result, path: string, tools: readonly string[]): void {
  expectAnswer(result, path, tools, home.note)
}

/**
 * The answer has what the tool found, the model was offered the agent's tools and got the result, and no request to the
 * bridge failed.
 */
function expectAnswer(result: Result, path: string, tools: readonly string[], found: string): void {
  const requests = bridge.logged.filter((line) => /^[A-Z]+ \//.test(line))
  expect(result, requests.join('\n')).toMatchObject({ code: 0, stdout: expect.stringContaining(found) })
  // One that an agent no longer wants has not failed.
  expect(requests.filter((line) => !/^\w+ \S+ ((?:101|200)  (?!failed)|\d+  cancelled)/.test(line))).toEqual([])
  expect(requests.filter((line) => line.startsWith(`POST ${path} 200`)).length).toBeGreaterThanOrEqual(2)

  const last = bridge.upstream.calls.at(-1)!.body
  expect(last.tools.map((tool: any) => tool.function.name)).toEqual(expect.arrayContaining([...tools]))
  expect(last.messages.at(-1)).toMatchObject({ role: 'tool', content: expect.stringContaining(found) })
  console.log(`${path}: ${requests.length} requests; ${last.tools.length} tools of ${Buffer.byteLength(JSON.stringify(last.tools))} bytes`)
}

/** A home for an agent until the end of the test; what was recorded before is forgotten. */
function useHome(env: NodeJS.ProcessEnv = {}): AgentHome {
  bridge.upstream.calls.length = 0
  bridge.logged.length = 0
  const home = new AgentHome({ [KEY_VARIABLE]: KEY, ...env })
  onTestFinished(() => home.dispose())
  return home
}
