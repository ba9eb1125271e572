import { expect, test } from 'vitest'
import type { Model } from '../../src/core/model.ts'
import type { ProviderBlock } from '../../src/providers/block.ts'
import { createCompletion, findParameters, parseModelParameters } from '../../src/providers/model-parameters.ts'
import { offeredModels } from '../../src/providers/offered-models.ts'

const sheet = parseModelParameters({
  sample_spec: { max_tokens: 'LEGACY parameter', mode: 'one of chat, …' },
  'gpt-x': { litellm_provider: 'openai', max_input_tokens: 128_000, max_output_tokens: 16_384, supports_function_calling: true, supports_vision: true },
  'azure/gpt-x': { provider: 'azure', max_input_tokens: 64_000, max_tokens: 4096, supports_function_calling: false },
  'openrouter/moonshotai/kimi': { max_input_tokens: 262_144, supports_reasoning: true },
  priced: { input_cost_per_token: 1e-6 },
})

test.each<[string, string, object | undefined]>([
  ['openai', 'gpt-x', { contextWindow: 128_000, maxOutput: 16_384, toolCall: true, reasoning: undefined, input: ['image'] }],
  ['azure', 'gpt-x', { contextWindow: 64_000, maxOutput: 4096, toolCall: false, reasoning: undefined, input: undefined }],
  ['gateway', 'gpt-x', { contextWindow: 128_000, maxOutput: 16_384, toolCall: true, reasoning: undefined, input: ['image'] }],
  ['gateway', 'kimi', { contextWindow: 262_144, maxOutput: undefined, toolCall: undefined, reasoning: true, input: undefined }],
  ['gateway', 'priced', undefined],
  ['gateway', 'sample_spec', undefined],
  ['gateway', 'constructor', undefined],
])('%s/%s', (provider, model, parameters) => {
  expect(findParameters(sheet, provider, model)).toEqual(parameters)
})

test.each([[[]], ['text'], [{}], [{ a: { mode: 'chat' } }]])('%j is no such list', (list) => {
  expect(() => parseModelParameters(list)).toThrow(RangeError)
})

const block: ProviderBlock = {
  id: 'gateway',
  kind: 'openai',
  baseUrl: 'http://x/v1',
  deployments: {},
  headers: {},
  query: {},
  stream: true,
  toolCallFormat: 'auto',
}
const listed = (model: string) => findParameters(sheet, 'gateway', model)

test('fills what neither the block nor its provider says', () => {
  expect(offeredModels(block, [{ id: 'gpt-x', contextWindow: 32_000, toolCall: undefined }], listed)).toEqual([
    { id: 'gpt-x', name: 'gpt-x', contextWindow: 32_000, maxOutput: 16_384, toolCall: true, reasoning: false, input: ['image'] },
  ])
  expect(offeredModels({ ...block, models: { 'gpt-x': { maxOutput: 99 } } }, undefined, listed)[0]).toMatchObject({ contextWindow: 128_000, maxOutput: 99 })
  expect(offeredModels({ ...block, models: { other: {} } }, undefined, listed)[0]).toMatchObject({ contextWindow: 0, maxOutput: 0, toolCall: undefined })
})

test('fills the limits of opencode’s own models, and makes the same of the same', () => {
  const model = { id: 'openai/gpt-x', provider: 'openai', contextLength: 0, maxOutputTokens: 8 } as Model
  const known = { id: 'openai/y', provider: 'openai', contextLength: 1, maxOutputTokens: 2 } as Model
  const models = [model, known]
  let current: typeof sheet | undefined
  const complete = createCompletion(() => current)
  expect(complete(models)).toBe(models)
  current = sheet
  const completed = complete(models)
  expect(completed).toEqual([{ ...model, contextLength: 128_000 }, known])
  expect(complete(models)).toBe(completed)
  expect(complete([...models])).not.toBe(completed)
})
