import { expect, test } from 'vitest'
import type { Kind, ProviderBlock } from '../../src/providers/block.ts'
import { baseUrlOf, modelUrlOf, queryOf } from '../../src/providers/kinds.ts'
import { offeredModels } from '../../src/providers/offered-models.ts'
import { toOpencodeProvider } from '../../src/providers/opencode-config.ts'

const block = (more: Partial<ProviderBlock>): ProviderBlock => ({
  id: 'p',
  kind: 'openai',
  deployments: {},
  headers: {},
  query: {},
  stream: true,
  toolCallFormat: 'auto',
  ...more,
})

test.each<[Kind, string | undefined, string]>([
  ['openai', undefined, 'https://api.openai.com/v1'],
  ['openai', 'http://127.0.0.1:1234', 'http://127.0.0.1:1234/v1'],
  ['openai', 'http://127.0.0.1:1234/v1/', 'http://127.0.0.1:1234/v1'],
  ['openai', 'https://gateway/llm', 'https://gateway/llm'],
  ['openai', 'https://open.example/api/paas/v4', 'https://open.example/api/paas/v4'],
  ['anthropic', 'https://gateway/claude', 'https://gateway/claude/v1'],
  ['gemini', 'https://gateway', 'https://gateway/v1beta'],
  ['opencode-zen', undefined, 'https://opencode.ai/zen/v1'],
  ['opencode-zen', 'https://opencode.ai/zen', 'https://opencode.ai/zen/v1'],
  ['opencode-go', undefined, 'https://opencode.ai/zen/go/v1'],
])('%s at %s is called at %s', (kind, baseUrl, expected) => {
  expect(baseUrlOf({ kind, baseUrl })).toBe(expected)
})

test('Azure has the deployment in the path, and a version in the query; its newer API has neither', () => {
  const azure = block({ kind: 'azure_openai', baseUrl: 'https://r.openai.azure.com/', deployments: { 'gpt-x': 'prod gpt' } })
  expect(modelUrlOf(azure, 'gpt-x')).toBe('https://r.openai.azure.com/openai/deployments/prod%20gpt')
  expect(modelUrlOf(azure, 'other')).toBe('https://r.openai.azure.com/openai/deployments/other')
  expect(queryOf(azure)).toEqual({ 'api-version': '2024-10-21' })
  expect(queryOf({ ...azure, query: { 'api-version': '2025-01-01-preview' } })).toEqual({ 'api-version': '2025-01-01-preview' })
  const newer = { ...azure, baseUrl: 'https://r.openai.azure.com/openai/v1' }
  expect(modelUrlOf(newer, 'gpt-x')).toBe('https://r.openai.azure.com/openai/v1')
  expect(queryOf(newer)).toEqual({})
})

test('a block’s models are those that it names, else those that were found, as far as they are allowed', () => {
  const found = [{ id: 'a', contextWindow: 10, toolCall: false }, { id: 'b' }, { id: 'c-mini' }]
  const ids = (one: ProviderBlock) => offeredModels(one, found).map(({ id }) => id)
  expect(ids(block({}))).toEqual(['a', 'b', 'c-mini'])
  expect(ids(block({ allowedModels: ['a', 'c-*'] }))).toEqual(['a', 'c-mini'])
  expect(ids(block({ defaultModel: 'd' }))).toEqual(['d', 'a', 'b', 'c-mini'])
  expect(ids(block({ models: { x: {} } }))).toEqual(['x'])
})

test('the block’s numbers count for its default model, and where nothing else is known', () => {
  const found = [
    { id: 'a', contextWindow: 10 },
    { id: 'b', contextWindow: 20 },
  ]
  const windows = offeredModels(block({ contextWindow: 5, defaultModel: 'a' }), [...found, { id: 'c' }]).map(({ contextWindow }) => contextWindow)
  expect(windows).toEqual([5, 20, 5])
})

test('what opencode is told has neither key nor header nor query in it', () => {
  const secret = block({
    baseUrl: 'https://host/v1',
    credential: { from: 'env', name: 'SECRET_NAME' },
    headers: { 'x-secret': 's3cret' },
    query: { q: 's3cret' },
    timeout: 9,
    models: { m: { contextWindow: 7, toolCallFormat: 'json' } },
  })
  const told = toOpencodeProvider(secret, offeredModels(secret, undefined))
  expect(JSON.stringify(told)).not.toMatch(/s3cret|SECRET_NAME/)
  expect(told).toMatchObject({
    npm: '@ai-sdk/openai-compatible',
    options: { baseURL: 'https://host/v1', headerTimeout: 9 },
    models: { m: { limit: { context: 7, output: 0 }, tool_call: false } },
  })
})
