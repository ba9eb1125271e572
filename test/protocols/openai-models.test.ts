import { expect, test } from 'vitest'
import type { Model } from '../../src/core/model.ts'
import { encodeModel } from '../../src/protocols/openai-models.ts'

const model: Model = {
  id: 'p/m',
  provider: 'p',
  name: 'M',
  contextLength: 4096,
  maxOutputTokens: 1024,
  toolCall: false,
  reasoning: false,
  input: { image: true, pdf: true, audio: false },
  wire: 'chat',
  efforts: [],
  releaseDate: '',
}

test('the catalogue says what a model takes, and how it calls tools', () => {
  expect(encodeModel(model)).toMatchObject({
    context_length: 4096,
    max_output_tokens: 1024,
    architecture: { input_modalities: ['text', 'image', 'file'], output_modalities: ['text'] },
    tool_call_format: 'json',
    reasoning: false,
  })
  expect(encodeModel({ ...model, toolCall: true })).toMatchObject({ tool_call_format: 'native' })
})

test('parameters are those that reach the model, by the names of Chat Completions', () => {
  const { supported_parameters: chat } = encodeModel(model)
  expect(chat).toEqual(expect.arrayContaining(['tools', 'response_format', 'seed', 'logit_bias', 'stop']))
  expect(chat).not.toContain('top_k')
  expect(chat).not.toContain('reasoning_effort')
  const { supported_parameters: messages } = encodeModel({ ...model, wire: 'messages', reasoning: true })
  expect(messages).toEqual(expect.arrayContaining(['top_k', 'reasoning_effort', 'reasoning']))
  expect(messages).not.toContain('seed')
})

test('prices are those of a token, and absent where nobody knows one', () => {
  const cost = { input: 1.25, output: 10, cacheRead: 0.125, cacheWrite: 0, tiers: [] }
  expect(encodeModel({ ...model, cost }).pricing).toEqual({ prompt: '0.00000125', completion: '0.00001', input_cache_read: '1.25e-7', input_cache_write: '0' })
  expect(encodeModel({ ...model, cost: { ...cost, input: 0, output: 0 } })).not.toHaveProperty('pricing')
})
