import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { loadConfig } from '../../src/config/load.ts'
import { defaultModelsOf, toProviderBlocks } from '../../src/config/provider-blocks.ts'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'ocb-blocks-'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

async function load(text: string, extension = 'toml') {
  const configFile = join(folder, `config.${extension}`)
  writeFileSync(configFile, text)
  return (await loadConfig({ cwd: folder, env: { HOME: folder }, configFile })).config
}

const SEED = `
[provider.vllm]
kind = "openai"
base_url = "https://vllm.internal.example.net/v1"
api_key_env = "OPENCODE_VLLM_TOKEN"
default_model = "qwen2-coder-32b"
context_window = 32768

[agent]
provider = "vllm"
stream = true
tool_call_format = "auto"
max_retries = 4
retry_backoff_ms = 500
`

const YAML = `
provider:
  vllm: { kind: openai, base_url: 'https://vllm.internal.example.net/v1', api_key_env: OPENCODE_VLLM_TOKEN, default_model: qwen2-coder-32b, context_window: 32768 }
agent: { provider: vllm, stream: true, tool_call_format: auto, max_retries: 4, retry_backoff_ms: 500 }
`

const JSON_TEXT = JSON.stringify({
  provider: {
    vllm: {
      kind: 'openai',
      base_url: 'https://vllm.internal.example.net/v1',
      api_key_env: 'OPENCODE_VLLM_TOKEN',
      default_model: 'qwen2-coder-32b',
      context_window: 32_768,
    },
  },
  agent: { provider: 'vllm', stream: true, tool_call_format: 'auto', max_retries: 4, retry_backoff_ms: 500 },
})

test.each([
  ['toml', SEED],
  ['yaml', YAML],
  ['json', JSON_TEXT],
])('a block of %s is read as written', async (extension, text) => {
  const config = await load(text, extension)
  expect(toProviderBlocks(config)).toMatchObject([
    {
      id: 'vllm',
      kind: 'openai',
      baseUrl: 'https://vllm.internal.example.net/v1',
      credential: { from: 'env', name: 'OPENCODE_VLLM_TOKEN' },
      defaultModel: 'qwen2-coder-32b',
      contextWindow: 32_768,
      stream: true,
      toolCallFormat: 'auto',
      maxRetries: 4,
      retryBackoff: 500,
    },
  ])
  expect(defaultModelsOf(config)[0]).toBe('vllm/qwen2-coder-32b')
})

test('what a block says counts more than what [agent] says', async () => {
  const config = await load(`${SEED}\n[provider.other]\nkind = "openai"\nstream = false\nmax_retries = 1`)
  expect(toProviderBlocks(config)[1]).toMatchObject({ stream: false, maxRetries: 1, retryBackoff: 500 })
})

test('an agent of opencode’s is still a name', async () => {
  expect((await load('agent = "build"')).agent).toBe('build')
})

test('commands have Codex’s names and defaults, and files are relative to the configuration', async () => {
  const config = await load(`
[provider.gw]
kind = "openai"
auth = { command = "token-helper", args = ["--for", "gw"] }
headers = { x-team = "blue", x-key = { file = "key" }, x-id = { env = "ID" }, x-sig = { command = "sign", timeout_ms = 100, refresh_interval_ms = 0 } }
[provider.file]
kind = "anthropic"
api_key_file = "secrets/key"
`)
  expect(toProviderBlocks(config)).toMatchObject([
    {
      credential: { from: 'command', command: 'token-helper', args: ['--for', 'gw'], timeout: 5000, refreshInterval: 300_000 },
      headers: {
        'x-team': 'blue',
        'x-key': { from: 'file', path: join(folder, 'key') },
        'x-id': { from: 'env', name: 'ID' },
        'x-sig': { from: 'command', command: 'sign', timeout: 100, refreshInterval: 0 },
      },
    },
    { credential: { from: 'file', path: join(folder, 'secrets/key') } },
  ])
})

test('opencode’s own gateways have their key from its variable', async () => {
  const config = await load('[provider.zen]\nkind = "opencode-zen"')
  expect(toProviderBlocks(config)[0]!.credential).toEqual({ from: 'env', name: 'OPENCODE_API_KEY' })
})

describe('a block that cannot work is an error that says why', () => {
  test.each<[string, string, RegExp]>([
    ['an unknown key', '[provider.a]\nkind = "openai"\nbase_ulr = "http://a"', /provider\.a\.base_ulr .*no such setting; allowed: did you mean base_url\?/],
    [
      'an unknown key of a command',
      '[provider.a]\nkind = "openai"\nauth = { command = "x", timeout = 3 }',
      /provider\.a\.auth\.timeout .*did you mean|provider\.a\.auth\.timeout .*timeout_ms/,
    ],
    ['an unknown key of [agent]', '[agent]\nprovder = "a"', /agent\.provder .*did you mean provider\?/],
    ['an unknown kind', '[provider.a]\nkind = "opnai"', /provider\.a\.kind .*"opnai".*openai, openai_responses, anthropic/],
    ['no kind', '[provider.a]\nbase_url = "http://a"', /provider\.a\.kind .*missing/],
    ['no address of Azure', '[provider.a]\nkind = "azure_openai"', /provider\.a\.base_url .*missing/],
    ['no address at all', '[provider.a]\nkind = "openai"\nbase_url = "vllm"', /provider\.a\.base_url .*"vllm" is no address/],
    ['two credentials', '[provider.a]\nkind = "openai"\napi_key_env = "A"\napi_key_file = "b"', /provider\.a\.api_key_file .*api_key_env as well/],
    ['a name that is taken', '[provider.demo]\nkind = "openai"', /provider\.demo .*taken/],
    ['a provider of [agent] that is not there', '[provider.vllm]\nkind = "openai"\n[agent]\nprovider = "vlm"', /agent\.provider .*did you mean vllm\?/],
  ])('%s', async (_name, text, message) => {
    await expect(load(text)).rejects.toThrow(message)
  })

  test('which shows no secret', async () => {
    await expect(load('[provider.a]\nkind = "openai"\nbase_url = "https://me:s3cret@host/v1"')).rejects.toThrow(/^(?!.*s3cret).*a password/)
    await expect(load('[provider.a]\nkind = "openai"\nheaders = { x-key = ["s3cret"] }')).rejects.toThrow(/^(?!.*s3cret)/)
    await expect(load('[provider.a]\nkind = "openai"\napi_key = "s3cret"')).rejects.toThrow(/^(?!.*s3cret).*provider\.a\.api_key/)
  })
})
