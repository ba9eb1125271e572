import { expect, it } from 'vitest'
import { NO_USAGE } from '../../../src/core/usage.ts'
import { readOpenAIUsage } from '../../../src/wires/shared/openai-usage.ts'

it.each<[string, object, object]>([
  [
    'Chat Completions',
    {
      prompt_tokens: 11,
      completion_tokens: 10,
      total_tokens: 21,
      prompt_tokens_details: { cached_tokens: 4 },
      completion_tokens_details: { reasoning_tokens: 5 },
    },
    { input: 11, output: 10, cachedInput: 4, reasoning: 5 },
  ],
  [
    'Responses',
    {
      input_tokens: 11,
      input_tokens_details: { cached_tokens: 4, cache_write_tokens: 3 },
      output_tokens: 10,
      output_tokens_details: { reasoning_tokens: 5 },
      total_tokens: 21,
    },
    { input: 11, output: 10, cachedInput: 4, cacheWrites: 3, reasoning: 5 },
  ],
  [
    'DeepSeek',
    { prompt_tokens: 11, completion_tokens: 10, prompt_cache_hit_tokens: 4, prompt_cache_miss_tokens: 7 },
    { input: 11, output: 10, cachedInput: 4 },
  ],
  ['Kimi', { prompt_tokens: 11, completion_tokens: 10, cached_tokens: 4 }, { input: 11, output: 10, cachedInput: 4 }],
  [
    'LiteLLM',
    { prompt_tokens: 11, completion_tokens: 10, cache_creation_input_tokens: 2, cache_read_input_tokens: 4 },
    { input: 11, output: 10, cachedInput: 4, cacheWrites: 2 },
  ],
  [
    'xAI, which counts reasoning apart',
    { prompt_tokens: 11, completion_tokens: 10, total_tokens: 26, completion_tokens_details: { reasoning_tokens: 5 } },
    { input: 11, output: 15, reasoning: 5 },
  ],
  ['half of it', { prompt_tokens: 11, prompt_tokens_details: null }, { input: 11 }],
])('usage of %s', (_, usage, expected) => {
  expect(readOpenAIUsage(usage)).toEqual({ ...NO_USAGE, ...expected })
})

it.each([null, undefined, {}, [], 'x', { total_tokens: 3 }])('%j is none', (usage) => {
  expect(readOpenAIUsage(usage)).toBeUndefined()
})
