import { parseEnv as parseDotenv } from 'node:util'
import { parseTOML } from 'confbox/toml'
import { parse } from 'jsonc-parser'
import { describe, expect, it } from 'vitest'
import { parse as parseYAML } from 'yaml'
import { standingOf } from '../../src/cli/installed.ts'
import type { Bridge, Place, SettingsFile } from '../../src/connectors/connector.ts'
import { connectors } from '../../src/connectors/index.ts'

const open: Bridge = { url: 'http://127.0.0.1:4141', model: undefined, needsKey: false }
const closed: Bridge = { url: 'http://127.0.0.1:9', model: 'openai/gpt-5', needsKey: true }
const place: Place = { home: '/home/u', cwd: '/work', env: {}, platform: 'linux', exists: () => false }

/** Of a tool by its name, and of its further files by that and a number: `gemini/1`. */
function fileOf(name: string): SettingsFile {
  const [tool, index = 0] = name.split('/')
  return connectors[tool!]!.files![Number(index)]!
}
const namesOf = (tool: string): string[] => (connectors[tool]!.files ?? []).map((_, index) => (index === 0 ? tool : `${tool}/${index}`))

const edit = (name: string, content: string, bridge = open): string => fileOf(name).edit(content, bridge)
const pathOf = (name: string, more: Partial<Place> = {}): string => fileOf(name).path({ ...place, ...more })
/** All that a tool is told. */
const told = (tool: string, bridge: Bridge): string => [...namesOf(tool).map((name) => edit(name, '', bridge)), connectors[tool]!.text(bridge)].join('\n')

const parseJson = (text: string): unknown => parse(text, [], { allowTrailingComma: true })

const parseEnv = (text: string): unknown => parseDotenv(text)

const parsers: Record<string, (text: string) => unknown> = {
  codex: parseTOML,
  claude: parseJson,
  opencode: parseJson,
  zed: parseJson,
  aider: parseYAML,
  continue: parseYAML,
  librechat: parseYAML,
  llm: parseYAML,
  aichat: parseYAML,
  gemini: parseJson,
  'gemini/1': parseEnv,
  qwen: parseJson,
  pi: parseJson,
  'pi/1': parseJson,
  kilo: parseJson,
  goose: parseYAML,
  vscode: parseJson,
}
const read = (tool: string, text: string): any => parsers[tool]!(text)

/** What somebody may have in the file already: comments, and entries of others where ours go. */
const existing: Record<string, string> = {
  codex: `# mine
model = "o3" # the best
approval_policy = "never"
notify = [
  "a", # one
]
since = 2024-01-15

[model_providers.other]
name = "Other"

[projects."/tmp/x"]
trust_level = "trusted"`,
  claude: '{\n\t// mine\n\t"permissions": { "allow": ["Bash(ls)"] },\n\t"env": {\n\t\t"OTHER": "1", // kept\n\t},\n}\n',
  opencode: '{\r\n  "theme": "x",\r\n  "provider": { "other": { "npm": "y" } }\r\n}\r\n',
  zed: '// mine\n{\n    "vim_mode": true,\n    "language_models": { "openai_compatible": { "other": { "api_url": "z" } } }\n}\n',
  aider:
    '# mine\nauto-commits: false   # never\nmodel: gpt-4o\nlong: "a very long text that goes on and on, well beyond eighty characters, and must not be folded"\n',
  continue: '# mine\nname: Me\nversion: 2.0.0\nschema: v1\nmodels:\n  # first\n  - name: Other\n    provider: ollama\n',
  librechat: '# mine\nversion: 1.1.0\nendpoints:\n  custom:\n    - name: Other # kept\n      apiKey: x\n  openAI:\n    titleConvo: true\n',
  llm: '# mine\n- model_id: other\n  model_name: x\n',
  gemini: '{\n  // mine\n  "security": { "auth": { "useExternal": false } },\n  "model": { "maxSessionTurns": 9 }\n}\n',
  'gemini/1': '# mine\nOTHER=1\n',
  qwen: '{\n  // mine\n  "modelProviders": { "openai": [{ "id": "other", "name": "Other" }] },\n}\n',
  pi: '{ "providers": { "other": { "apiKey": "x" } } }',
  'pi/1': '{ "theme": "dark" }',
  kilo: '{ "theme": "x" }',
  goose: '# mine\nextensions:\n  developer:\n    enabled: true # kept\n',
  vscode: '[\n\t// mine\n\t{ "name": "Other", "vendor": "ollama" }\n]\n',
  aichat: '# mine\nmodel: openai:gpt-4o\nclients:\n- type: openai\n  api_key: sk-x\n',
}

const tools = Object.keys(parsers)

it('are tested, all that have a file', () => {
  expect(tools.toSorted()).toEqual(Object.keys(connectors).flatMap(namesOf).toSorted())
})

describe.each(tools)('the file of %s', (tool) => {
  it.each([
    ['open', open],
    ['closed', closed],
  ])('keeps what was in it (%s)', (_, bridge) => {
    const before = read(tool, existing[tool]!)
    const text = edit(tool, existing[tool]!, bridge)
    const after = read(tool, text)
    expect(missing(before, after)).toEqual(tool === 'codex' || tool === 'aider' || tool === 'aichat' ? ['model'] : [])
    for (const comment of existing[tool]!.match(/(#|\/\/) \w.*/g) ?? []) expect(text).toContain(comment)
    if (tool === 'opencode') expect(text.replaceAll('\r\n', '')).not.toContain('\n')
  })

  it('is the same after a second time, and follows a change', () => {
    for (const content of ['', existing[tool]!]) {
      const once = edit(tool, content, closed)
      expect(edit(tool, once, closed)).toBe(once)
      const changed = edit(tool, once, open)
      if (edit(tool, '', open).includes('http:')) expect(changed).toContain('http://127.0.0.1:4141')
      expect(changed).not.toContain('http://127.0.0.1:9')
      expect(edit(tool, changed, closed)).not.toContain('http://127.0.0.1:4141')
    }
  })

  it('takes no key where there is one', () => {
    expect(edit(tool, '', closed)).not.toContain('no-key')
  })

  it('is left alone when it is broken', () => {
    expect(() => edit(tool, tool === 'codex' ? 'a = = b' : tool === 'gemini/1' ? 'a line of prose' : '{ "a": [')).toThrow(/^it is not/)
  })
})

describe('the file of', () => {
  it('codex', () => {
    expect(edit('codex', '', closed)).toBe(`model = "openai/gpt-5"
model_provider = "opencode-bridge"

[model_providers.opencode-bridge]
name = "opencode-bridge"
base_url = "http://127.0.0.1:9/v1"
wire_api = "responses"
auth = { command = "node", args = ["-p","process.env.OPENCODE_BRIDGE_API_KEY"] }
`)
    expect(edit('codex', "model = 'x' # y\r\n\r\n[a]\r\n")).toMatch(/^model_provider = "opencode-bridge"\r\nmodel = "default" # y\r\n\r\n\[a\]\r\n\r\n\[model_/)
  })

  it.each(['model_providers = { other = { name = "x" } }\n', "text = '''\nmodel = \"x\"\n'''\n", 'model = [\n["a"]]\n'])(
    'codex is left alone when it is %j',
    (content) => {
      expect(() => edit('codex', content)).toThrow('cannot be edited safely')
    },
  )

  it('claude', () => {
    expect(read('claude', edit('claude', ''))).toEqual({
      env: {
        ANTHROPIC_BASE_URL: 'http://127.0.0.1:4141',
        ANTHROPIC_AUTH_TOKEN: 'no-key',
        ANTHROPIC_MODEL: 'default',
        ANTHROPIC_DEFAULT_OPUS_MODEL: 'default',
        ANTHROPIC_DEFAULT_SONNET_MODEL: 'default',
        ANTHROPIC_DEFAULT_HAIKU_MODEL: 'default',
      },
    })
    expect(read('claude', edit('claude', edit('claude', ''), closed))).toEqual({
      env: {
        ANTHROPIC_BASE_URL: 'http://127.0.0.1:9',
        ANTHROPIC_MODEL: 'openai/gpt-5',
        ANTHROPIC_DEFAULT_OPUS_MODEL: 'openai/gpt-5',
        ANTHROPIC_DEFAULT_SONNET_MODEL: 'openai/gpt-5',
        ANTHROPIC_DEFAULT_HAIKU_MODEL: 'openai/gpt-5',
      },
      apiKeyHelper: 'printf %s "$OPENCODE_BRIDGE_API_KEY"',
    })
  })

  it('continue', () => {
    expect(read('continue', edit('continue', existing.continue!, closed)).models).toEqual([
      { name: 'Other', provider: 'ollama' },
      {
        name: 'opencode-bridge',
        provider: 'openai',
        model: 'openai/gpt-5',
        apiBase: 'http://127.0.0.1:9/v1',
        apiKey: '${{ secrets.OPENCODE_BRIDGE_API_KEY }}',
        defaultCompletionOptions: { contextLength: 128_000, maxTokens: 16_384 },
        roles: ['chat', 'edit', 'apply'],
      },
    ])
    expect(() => edit('continue', 'models: x\n')).toThrow('models is not a list')
    expect(read('continue', edit('continue', 'models: []\n')).models).toHaveLength(1)
    expect(read('continue', edit('continue', '# mine\n')).models).toHaveLength(1)
  })

  it.each([
    ['codex', { env: { CODEX_HOME: '/c' } }, '/c/config.toml'],
    ['codex', {}, '/home/u/.codex/config.toml'],
    ['claude', {}, '/home/u/.claude/settings.json'],
    ['opencode', {}, '/home/u/.config/opencode/opencode.json'],
    ['opencode', { exists: () => true }, '/home/u/.config/opencode/opencode.jsonc'],
    ['zed', { env: { XDG_CONFIG_HOME: '/x' } }, '/x/zed/settings.json'],
    ['llm', { platform: 'darwin' as const }, '/home/u/Library/Application Support/io.datasette.llm/extra-openai-models.yaml'],
    ['aichat', {}, '/home/u/.config/aichat/config.yaml'],
    ['librechat', {}, '/work/librechat.yaml'],
    ['gemini', { env: { GEMINI_CLI_HOME: '/g' } }, '/g/.gemini/settings.json'],
    ['gemini/1', {}, '/home/u/.gemini/.env'],
    ['qwen', {}, '/home/u/.qwen/settings.json'],
    ['pi/1', { env: { PI_CODING_AGENT_DIR: '/p' } }, '/p/settings.json'],
    ['kilo', {}, '/home/u/.config/kilo/kilo.json'],
    ['goose', {}, '/home/u/.config/goose/config.yaml'],
    ['vscode', { platform: 'darwin' as const }, '/home/u/Library/Application Support/Code/User/chatLanguageModels.json'],
  ])('%s with %j is %s', (tool, more, path) => {
    expect(pathOf(tool, more)).toBe(path)
  })
})

describe.each(Object.keys(connectors))('%s is told', (tool) => {
  it('where, with what, and which model', () => {
    expect(told(tool, closed)).toContain(tool === 'cursor' ? 'https://<your tunnel>/v1' : 'http://127.0.0.1:9')
    expect(told(tool, closed)).toContain('OPENCODE_BRIDGE_API_KEY')
    if (tool !== 'open-webui') expect(told(tool, closed)).toContain('openai/gpt-5')
  })
})

it.each(['opencode', 'kilo', 'qwen', 'pi', 'copilot', 'continue', 'vscode', 'zed', 'aichat'])('%s is told what fits into the model', (tool) => {
  const text = told(tool, { ...closed, limits: { context: 272_000, output: 32_000 } })
  expect(text).toMatch(/272000|240000/)
})

describe('a tool stands', () => {
  const at = (...paths: string[]) => ({ ...place, env: { PATH: '/usr/bin:/opt/bin' }, exists: (path: string) => paths.includes(path) })

  it.each([
    ['codex', at('/opt/bin/codex'), 'installed'],
    ['codex', at('/home/u/.codex'), 'installed'],
    ['codex', at('/home/u', '/work'), 'unknown'],
    // Its file is in the home, which is always there.
    ['aider', at('/home/u'), 'unknown'],
    ['copilot', at('/usr/bin/copilot'), 'installed'],
    ['langchain', at(), 'unknown'],
  ])('%s, %#: %s', (tool, where, standing) => {
    expect(standingOf(connectors[tool]!, where)).toBe(standing)
  })
})

/** Names of settings that are no longer what they were; lists may have grown. */
function missing(before: any, after: any): string[] {
  if (Array.isArray(before)) return before.every((item, index) => JSON.stringify(item) === JSON.stringify(after[index])) ? [] : ['list']
  return Object.entries(before).flatMap(([key, value]) => {
    if (typeof value === 'object' && value !== null && !(value instanceof Date)) return missing(value, after[key])
    return JSON.stringify(value) === JSON.stringify(after[key]) ? [] : [key]
  })
}
