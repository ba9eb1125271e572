import { spawnSync } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { KEY_VARIABLE, NAME } from '../../src/connectors/connector.ts'
import { connectors } from '../../src/connectors/index.ts'
import { type Bridge, startBridge } from '../support/bridge.ts'
import { converse } from '../support/converse.ts'
import { AgentHome } from './agent-home.ts'
import { useInstalled } from './use-installed.ts'

/**
 * The other tools that npm has, each through what `connect --write` wrote, or what `connect` said to type: a turn of text and
 * a turn with a tool, then `connect --undo` leaves what was there before, and nothing else but what the tool itself wrote.
 */

const PROGRAM = fileURLToPath(new URL('../../bin/opencode-bridge.js', import.meta.url))
const KEY = `bridge-key-${randomUUID()}`
const MODEL = 'test/model'
const TASK = 'What does note.txt say?'
const COMMAND = 'cat note.txt'

interface Tool {
  name: string
  package: string
  program: string
  args(task: string): string[]
  /** Where the key is to be besides `KEY_VARIABLE`, as the texts say. */
  env?: NodeJS.ProcessEnv
  /** Of the settings, what the tool's user had written. */
  before?: string
  /** What the tool itself puts into them while it runs, and why; that is left there. */
  adds?: object
}

const tools: Tool[] = [
  {
    name: 'gemini',
    package: '@google/gemini-cli',
    program: 'gemini',
    args: (task) => ['--skip-trust', '--yolo', '-p', task],
    env: { GEMINI_API_KEY: KEY },
    before: '{\n  // mine\n  "ui": { "hideTips": true }\n}\n',
  },
  {
    name: 'qwen',
    // Without a version npm takes an older one on Node 20, which asks a proxy for what NO_PROXY names.
    package: '@qwen-code/qwen-code@0.24.4',
    program: 'qwen',
    args: (task) => ['--yolo', '-p', task],
    before: '{ "ui": { "hideTips": true } }\n',
  },
  { name: 'pi', package: '@mariozechner/pi-coding-agent', program: 'pi', args: (task) => ['-p', task], before: '{ "providers": {} }' },
  { name: 'copilot', package: '@github/copilot', program: 'copilot', args: (task) => ['--allow-all-tools', '--allow-all-paths', '-p', task] },
  { name: 'cline', package: 'cline', program: 'cline', args: (task) => [task] },
  {
    name: 'continue',
    package: '@continuedev/cli',
    program: 'cn',
    args: (task) => ['--auto', '-p', task],
    before: '# mine\nname: Me\nversion: 1.0.0\nschema: v1\n',
  },
  {
    name: 'kilo',
    package: '@kilocode/cli@7.7.7',
    program: 'kilo',
    args: (task) => ['run', '--auto', '-m', `${NAME}/${MODEL}`, task],
    before: '{ "username": "me" }\n',
    // It remembers what `--auto` has allowed.
    adds: { permission: { bash: 'allow' } },
  },
]

/** The command, for the shells of all of them. */
const SHELLS: Record<string, object> = {
  run_shell_command: { command: COMMAND, description: 'Print the note', is_background: false },
  bash: { command: COMMAND, description: 'Print the note' },
  Bash: { command: COMMAND, description: 'Print the note' },
  run_commands: { commands: [COMMAND] },
  execute_command: { command: COMMAND, requires_approval: false },
}

let bridge: Bridge

beforeAll(async () => {
  bridge = await startBridge({ config: { apiKeys: [KEY], maxRetries: 0, verbose: true }, models: { model: { limit: { context: 64_000, output: 8_000 } } } })
})
afterAll(() => bridge?.close())

describe.each(tools)('$name', ({ name, package: packageName, program, args, env = {}, before, adds }) => {
  const installed = useInstalled(packageName)

  test('answers, runs a command, and is taken back byte for byte', async () => {
    const home = useHome(env)
    const paths = (connectors[name]!.files ?? []).map(({ path }) => path(home.place))
    if (before !== undefined) write(paths[0]!, before)
    if (paths.length > 0) connect(home, name, '--write')
    else followText(home, name, dirname(installed().bin(program)))

    bridge.upstream.answer(converse({ text: 'a plain answer' }))
    const text = await home.run(installed().bin(program), args('Say something.'))
    expect(text, `${log()}\n${text.stderr}`).toMatchObject({ code: 0, stdout: expect.stringContaining('a plain answer') as string })

    bridge.upstream.answer((call, number) => {
      const offered: string[] = (call.body.tools ?? []).map((tool: any) => tool.function.name)
      const shell = offered.find((known) => Object.hasOwn(SHELLS, known))
      // They also ask for titles, without a tool.
      return converse(shell === undefined ? { text: 'A note' } : { turns: [[{ name: shell, arguments: SHELLS[shell]! }]] })(call, number)
    })
    const used = await home.run(installed().bin(program), args(TASK))
    const names = (bridge.upstream.calls.at(-1)?.body.tools ?? []).map((tool: any) => tool.function.name).join()
    expect(used, `${log()}\n${names}`).toMatchObject({ code: 0, stdout: expect.stringContaining(home.note) as string })
    const results = bridge.upstream.calls.flatMap(({ body }) => body.messages.filter(({ role }: any) => role === 'tool'))
    expect(JSON.stringify(results)).toContain(home.note)

    if (paths.length === 0) return
    connect(home, name, '--undo')
    const left = paths.map((path) => existsSync(path) && readFileSync(path, 'utf8'))
    if (adds) expect(left.map((text) => JSON.parse(text || '{}') as object)).toEqual([{ ...(JSON.parse(before ?? '{}') as object), ...adds }])
    else expect(left).toEqual(paths.map((_, index) => (index === 0 ? (before ?? false) : false)))
  })
})

const log = () => bridge.logged.filter((line) => /^[A-Z]+ \//.test(line)).join('\n')

function write(path: string, text: string): void {
  mkdirSync(dirname(path), { recursive: true })
  writeFileSync(path, text)
}

function connect(home: AgentHome, name: string, ...more: string[]): string {
  const port = new URL(bridge.url).port
  const args = more.includes('--undo') ? ['connect', name, ...more] : ['connect', name, '--port', port, '-m', MODEL, ...more]
  const { status, stdout, stderr } = spawnSync(process.execPath, [PROGRAM, ...args], { cwd: home.cwd, env: home.env, encoding: 'utf8' })
  expect(status, stderr).toBe(0)
  return stdout
}

/** What `connect` says is for a shell; the first command, or the variables, are run in one. */
function followText(home: AgentHome, name: string, bin: string): void {
  const text = connect(home, name)
  const command = /^ +(cline auth .*)$/m.exec(text)?.[1]
  if (command === undefined) {
    for (const [, variable, value] of text.matchAll(/^export (\w+)='?([^'\n]*)'?$/gm)) home.env[variable!] = value!.includes(KEY_VARIABLE) ? KEY : value!
    return
  }
  const { status, stderr } = spawnSync('sh', ['-c', command], { cwd: home.cwd, env: { ...home.env, PATH: `${bin}:${home.env.PATH}` }, encoding: 'utf8' })
  expect(status, stderr).toBe(0)
}

/** A home for a tool until the end of the test; what was recorded before is forgotten. */
function useHome(env: NodeJS.ProcessEnv): AgentHome {
  bridge.upstream.calls.length = 0
  bridge.logged.length = 0
  const home = new AgentHome({ [KEY_VARIABLE]: KEY, ...env })
  write(join(home.path, '.continue', '.env'), `${KEY_VARIABLE}=${KEY}\n`)
  onTestFinished(() => home.dispose())
  return home
}
