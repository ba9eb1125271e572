import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { ConfigInput } from '../../src/config/schema.ts'
import { type BlockServers, type ServerTraits, startBlockServers } from '../support/block-servers.ts'
import { type Bridge, contentOf, parseFrames, startBridge } from '../support/bridge.ts'

/** The table of targets that the bridge's own blocks are for, each through the real opencode, with a server that is as strict as the target. */

type Block = NonNullable<ConfigInput['provider']>[string]

interface Row {
  /** Of the block, and of the server. */
  id: string
  block: (root: string) => Block
  model: string
  server: ServerTraits
  /** How a call of a tool came about. */
  tools: 'native' | 'json'
}

const chatOnly = (body: any) =>
  body.stream && body.stream_options?.include_usage !== true && body.stream_options != null ? 'unknown stream_options' : undefined
const bearer = (token: string) => ({ authorization: `Bearer ${token}` })

const zenError = (type: string, status: number) => ({ status, body: { type: 'error', error: { type, message: `${type} it is.` } } })

/** Zen's five types, then shapes that gateways were seen to answer in. */
const errors: [word: string, answer: { status: number; body: unknown }, status: number, error: object][] = [
  ['say-auth', zenError('AuthError', 401), 401, { code: 'invalid_api_key', type: 'invalid_request_error', message: 'AuthError it is.' }],
  ['say-model', zenError('ModelError', 401), 404, { code: 'model_not_found', type: 'invalid_request_error', message: 'ModelError it is.' }],
  ['say-quota', zenError('insufficient_quota', 429), 429, { code: 'insufficient_quota', type: 'insufficient_quota' }],
  ['say-server', zenError('server_error', 500), 500, { type: 'server_error', message: 'server_error it is.' }],
  ['say-context', zenError('context_length_exceeded', 413), 413, { code: 'context_length_exceeded' }],
  ['say-text', { status: 400, body: { error: 'a text' } }, 400, { message: 'a text', type: 'invalid_request_error' }],
  ['say-detail', { status: 422, body: { detail: 'a detail' } }, 422, { message: 'a detail', type: 'invalid_request_error' }],
  ['say-page', { status: 403, body: '<html><head><title>Forbidden here</title></head></html>' }, 403, { message: expect.stringContaining('Forbidden here') }],
  ['say-event', { status: 200, body: { error: { message: 'an event', type: 'rate_limit_error' } } }, 429, { message: 'an event' }],
]

/** What Zen passes on of DeepSeek: its name for cached tokens, and OpenRouter's for thoughts. */
const thoughtful = {
  id: 'c',
  object: 'chat.completion',
  created: 1,
  model: 'deepseek-x',
  choices: [
    {
      index: 0,
      message: {
        role: 'assistant',
        content: 'Thought over.',
        reasoning: 'Hm.',
        reasoning_details: [{ type: 'reasoning.text', text: 'Hm.', format: null, index: 0 }],
      },
      finish_reason: 'stop',
    },
  ],
  usage: { prompt_tokens: 11, completion_tokens: 10, total_tokens: 21, prompt_cache_hit_tokens: 4, prompt_cache_miss_tokens: 7 },
}

const rows: Row[] = [
  {
    id: 'hosted',
    block: (root) => ({ kind: 'openai', base_url: `${root}/hosted/v1`, api_key_env: 'HOSTED_KEY' }),
    model: 'gpt-x',
    server: {
      path: '/v1/chat/completions',
      lists: { '/v1/models': { object: 'list', data: [{ id: 'gpt-x', object: 'model' }] } },
      auth: bearer('key-of-hosted'),
      wire: 'chat',
      tools: 'native',
      refuses: chatOnly,
    },
    tools: 'native',
  },
  {
    id: 'claude',
    block: (root) => ({ kind: 'anthropic', base_url: `${root}/claude`, api_key_env: 'CLAUDE_KEY' }),
    model: 'claude-x',
    server: {
      path: '/v1/messages',
      lists: { '/v1/models': { data: [{ id: 'claude-x', type: 'model', display_name: 'Claude X', max_input_tokens: 200_000, max_tokens: 64_000 }] } },
      auth: { 'x-api-key': 'key-of-claude', 'anthropic-version': '2023-06-01' },
      wire: 'messages',
      tools: 'native',
      refuses: ({ max_tokens: most }) => (typeof most === 'number' ? undefined : 'max_tokens: Field required'),
    },
    tools: 'native',
  },
  {
    id: 'azure',
    block: (root) => ({
      kind: 'azure_openai',
      base_url: `${root}/azure`,
      api_key_env: 'AZURE_KEY',
      default_model: 'gpt-x',
      deployments: { 'gpt-x': 'prod gpt' },
      query: { 'api-version': '2025-01-01-preview' },
    }),
    model: 'gpt-x',
    server: {
      path: '/openai/deployments/prod%20gpt/chat/completions?api-version=2025-01-01-preview',
      auth: { 'api-key': 'key-of-azure' },
      wire: 'chat',
      tools: 'native',
    },
    tools: 'native',
  },
  {
    id: 'vllm',
    block: (root) => ({ kind: 'openai', base_url: `${root}/vllm/v1`, api_key_env: 'VLLM_KEY', default_model: 'qwen/coder' }),
    model: 'qwen/coder',
    server: {
      path: '/v1/chat/completions',
      lists: { '/v1/models': { object: 'list', data: [{ id: 'qwen/coder', owned_by: 'vllm', max_model_len: 32_768 }] } },
      auth: bearer('key-of-vllm'),
      wire: 'chat',
      tools: 'refused',
    },
    tools: 'json',
  },
  {
    id: 'tgi',
    block: (root) => ({ kind: 'openai', base_url: `${root}/tgi/v1`, default_model: 'tgi', models: ['tgi'], context_window: 4096 }),
    model: 'tgi',
    server: { path: '/v1/chat/completions', auth: {}, wire: 'chat', tools: 'ignored' },
    tools: 'json',
  },
  {
    id: 'lmstudio',
    block: (root) => ({ kind: 'openai', base_url: `${root}/lmstudio/v1` }),
    model: 'local-x',
    server: {
      path: '/v1/chat/completions',
      lists: {
        '/v1/models': {
          object: 'list',
          data: [
            { id: 'local-x', owned_by: 'organization_owner' },
            { id: 'embed-x', owned_by: 'organization_owner' },
          ],
        },
        '/api/v0/models': {
          data: [
            { id: 'local-x', type: 'llm', max_context_length: 16_384, capabilities: [] },
            { id: 'embed-x', type: 'embeddings', max_context_length: 512 },
          ],
        },
      },
      auth: {},
      wire: 'chat',
      tools: 'ignored',
    },
    tools: 'json',
  },
  {
    id: 'gateway',
    block: (root) => ({
      kind: 'openai',
      base_url: `${root}/gateway/llm`,
      auth: { command: '/bin/sh', args: ['-c', 'echo key-of-gateway'] },
      headers: { 'x-team': 'blue', 'x-tenant': { env: 'TENANT' } },
      query: { region: 'eu' },
      models: ['house-x'],
      stream: false,
      tool_call_format: 'native',
    }),
    model: 'house-x',
    server: {
      path: '/llm/chat/completions?region=eu',
      auth: { ...bearer('key-of-gateway'), 'x-team': 'blue', 'x-tenant': 'tenant-7' },
      wire: 'chat',
      tools: 'native',
      streams: false,
    },
    tools: 'native',
  },
  {
    id: 'responses',
    block: (root) => ({ kind: 'openai_responses', base_url: `${root}/responses/v1`, api_key_env: 'HOSTED_KEY', models: { 'gpt-r': { reasoning: true } } }),
    model: 'gpt-r',
    server: { path: '/v1/responses', auth: bearer('key-of-hosted'), wire: 'responses', tools: 'native' },
    tools: 'native',
  },
  {
    id: 'google',
    block: (root) => ({ kind: 'gemini', base_url: `${root}/google/v1beta`, api_key_env: 'GOOGLE_KEY' }),
    model: 'gemini-x',
    server: {
      path: '/v1beta/models/gemini-x:streamGenerateContent?alt=sse',
      wholePath: '/v1beta/models/gemini-x:generateContent',
      lists: {
        '/v1beta/models?pageSize=1000': {
          models: [
            {
              name: 'models/gemini-x',
              displayName: 'Gemini X',
              inputTokenLimit: 1_000_000,
              outputTokenLimit: 8192,
              supportedGenerationMethods: ['generateContent'],
            },
          ],
        },
      },
      auth: { 'x-goog-api-key': 'key-of-google' },
      wire: 'gemini',
      tools: 'native',
    },
    tools: 'native',
  },
  {
    id: 'zen',
    block: (root) => ({ kind: 'opencode-zen', base_url: `${root}/zen` }),
    model: 'deepseek-x',
    server: {
      path: '/v1/chat/completions',
      lists: { '/v1/models': { data: [{ id: 'deepseek-x' }, { id: 'big-pickle' }] } },
      auth: bearer('key-of-zen'),
      wire: 'chat',
      tools: 'native',
      errors: { ...Object.fromEntries(errors.map(([word, answer]) => [word, answer])), 'say-thoughts': { status: 200, body: thoughtful } },
    },
    tools: 'native',
  },
  {
    id: 'go',
    block: (root) => ({ kind: 'opencode-go', base_url: `${root}/go` }),
    model: 'deepseek-x',
    server: {
      path: '/v1/chat/completions',
      lists: { '/v1/models': { data: [{ id: 'deepseek-x' }] } },
      auth: bearer('key-of-zen'),
      wire: 'chat',
      tools: 'native',
    },
    tools: 'native',
  },
]

/** One that answers nobody. */
const DEAD: ServerTraits = {
  path: '/v1/chat/completions',
  auth: {},
  wire: 'chat',
  tools: 'native',
  errors: { messages: { status: 503, body: { error: { message: 'Down.' } } } },
}

const env = {
  HOSTED_KEY: 'key-of-hosted',
  CLAUDE_KEY: 'key-of-claude',
  AZURE_KEY: 'key-of-azure',
  VLLM_KEY: 'key-of-vllm',
  GOOGLE_KEY: 'key-of-google',
  OPENCODE_API_KEY: 'key-of-zen',
  TENANT: 'tenant-7',
}
const tools = [
  { type: 'function', function: { name: 'get_weather', parameters: { type: 'object', properties: { city: { type: 'string' } }, required: ['city'] } } },
]
const messages = [{ role: 'user', content: 'Weather in Paris?' }]

let servers: BlockServers
let bridge: Bridge

beforeAll(async () => {
  servers = await startBlockServers({ ...Object.fromEntries(rows.map(({ id, server }) => [id, server])), dead: DEAD })
  const provider = Object.fromEntries(rows.map(({ id, block }) => [id, block(servers.root)]))
  const dead: Block = { kind: 'openai', base_url: `${servers.root}/dead/v1`, models: ['m'], tool_call_format: 'native', retry_backoff_ms: 1 }
  bridge = await startBridge({
    config: { engine: 'serve', lane: 'auto', freeRetries: 10, provider: { ...provider, dead }, agent: { provider: 'vllm' } },
    env,
    providers: () => ({}),
  })
})
afterAll(async () => {
  await bridge?.close()
  await servers?.close()
})
beforeEach(() => void (servers.calls.length = 0))

const callsTo = (id: string) => servers.calls.filter(({ server, method }) => server === id && method === 'POST')

describe.each(rows)('$id', ({ id, model, server, tools: how, block }) => {
  test('a stream comes from exactly one path, with its query and its key', async () => {
    const response = await bridge.chat({
      model: `${id}/${model}`,
      messages: [{ role: 'user', content: 'Hi' }],
      stream: true,
      stream_options: { include_usage: true },
    })
    expect(response.status).toBe(200)
    const frames = parseFrames(await response.text())
    expect(contentOf(frames)).toBe('Hello there')
    expect(frames.at(-1)).toBe('[DONE]')
    expect(frames.at(-2).usage).toMatchObject({ completion_tokens: 10 })
    const prompts = callsTo(id).filter(({ body }) => JSON.stringify(body).includes('Hi'))
    expect(prompts.map(({ path, status }) => ({ path, status }))).toEqual([{ path: server.path, status: 200 }])
    if (server.wire === 'chat') expect(prompts[0]!.body.stream ?? false).toBe(block('').stream ?? true)
    expect(Object.entries(prompts[0]!.headers).filter(([, value]) => String(value).includes('opencode-bridge'))).toEqual([])
  })

  test(`tools are called, ${how === 'native' ? 'by the provider' : 'by JSON in the text'}`, async () => {
    const response = await bridge.chat({ model: `${id}/${model}`, messages, tools })
    const { choices } = await response.json()
    expect(choices[0].message.tool_calls).toMatchObject([{ type: 'function', function: { name: 'get_weather' } }])
    expect(JSON.parse(choices[0].message.tool_calls[0].function.arguments)).toEqual({ city: 'Paris' })
    const { body } = callsTo(id).at(-1)!
    expect('tools' in body).toBe(how === 'native')
  })
})

test('the models are those of the blocks, of the servers’ lists, and what those know of them', async () => {
  const { data } = await (await fetch(`${bridge.url}/v1/models`)).json()
  const known = Object.fromEntries(data.map((model: any) => [model.id, model.context_length]))
  expect(known).toMatchObject({
    'vllm/qwen/coder': 32_768,
    'lmstudio/local-x': 16_384,
    'tgi/tgi': 4096,
    'claude/claude-x': 200_000,
    'google/gemini-x': 1_000_000,
  })
  expect(known).not.toHaveProperty('lmstudio/embed-x')
  expect(known).toHaveProperty('zen/big-pickle')
})

test('a request for no model goes to the provider of [agent]', async () => {
  const response = await bridge.chat({ model: undefined, messages })
  expect(response.headers.get('x-bridge-model')).toBe('vllm/qwen/coder')
  await response.text()
})

test('a model that a gateway does not have is a 404 that names it', async () => {
  const response = await bridge.chat({ model: 'zen/nothing-x', messages })
  expect(response.status).toBe(404)
  expect((await response.json()).error).toMatchObject({ code: 'model_not_found', type: 'invalid_request_error' })
})

test('a model of Zen alone is a 404 on Go that says which', async () => {
  const response = await bridge.chat({ model: 'go/big-pickle', messages })
  expect(response.status).toBe(404)
  expect((await response.json()).error).toMatchObject({ code: 'model_not_found', message: expect.stringContaining('go/big-pickle') })
  expect(callsTo('go')).toEqual([])
})

test.each(['verbatim', 'translated'])('thoughts and cached tokens of a gateway, %s', async (lane) => {
  const body = JSON.stringify({ model: 'zen/deepseek-x', messages: [{ role: 'user', content: 'say-thoughts' }] })
  bridge.records.length = 0
  const response = await fetch(`${bridge.url}/v1/chat/completions`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'x-bridge-lane': lane },
    body,
  })
  const { choices } = await response.json()
  expect(choices[0].message).toMatchObject({ content: 'Thought over.', reasoning_details: [{ type: 'reasoning.text', text: 'Hm.' }] })
  await expect.poll(() => bridge.records).toMatchObject([{ usage: { input: 11, output: 10, cachedInput: 4, status: 'reported' } }])
})

test('fifty clients of a provider that is dead call it no more than the budget lets them', async () => {
  const statuses = await Promise.all(Array.from({ length: 50 }, async () => (await bridge.chat({ model: 'dead/m', messages })).status))
  expect(new Set(statuses)).toEqual(new Set([503]))
  // Each once, and a fifth of that again: ten, as many as are free.
  expect(callsTo('dead')).toHaveLength(60)
})

describe.each(['verbatim', 'translated'])('an error of a gateway, %s', (lane) => {
  test.each(errors)('%s', async (word, _answer, status, error) => {
    const body = JSON.stringify({ model: 'zen/deepseek-x', messages: [{ role: 'user', content: word }] })
    const headers = { 'content-type': 'application/json', 'x-bridge-lane': lane, 'x-should-retry': 'false' }
    const response = await fetch(`${bridge.url}/v1/chat/completions`, { method: 'POST', headers, body })
    expect({ status: response.status, limit: response.headers.get('x-upstream-ratelimit-remaining-requests') }).toEqual({ status, limit: '3' })
    expect((await response.json()).error).toMatchObject(error)
  })
})
