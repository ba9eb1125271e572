import { expect, test } from 'vitest'
import { parseModels, parseOllamaDetails } from '../../../src/providers/discovery/parse-models.ts'

test.each<[string, unknown, object[]]>([
  ['vLLM', { object: 'list', data: [{ id: 'q', owned_by: 'vllm', max_model_len: 32_768 }] }, [{ id: 'q', contextWindow: 32_768, ownedBy: 'vllm' }]],
  [
    'LM Studio',
    {
      data: [
        { id: 'l', type: 'vlm', max_context_length: 131_072, loaded_context_length: 4096, capabilities: ['tool_use'] },
        { id: 'e', type: 'embeddings' },
      ],
    },
    [{ id: 'l', contextWindow: 4096, toolCall: true, input: ['image'] }],
  ],
  [
    'OpenRouter',
    {
      data: [
        {
          id: 'a/b',
          name: 'B',
          context_length: 1000,
          top_provider: { max_completion_tokens: 100 },
          supported_parameters: ['tools', 'reasoning'],
          architecture: { input_modalities: ['text', 'image', 'file'] },
        },
      ],
    },
    [{ id: 'a/b', contextWindow: 1000, maxOutput: 100, toolCall: true, reasoning: true, input: ['image', 'pdf'] }],
  ],
  ['Mistral', { data: [{ id: 'm', capabilities: { function_calling: false, completion_chat: true } }] }, [{ id: 'm', toolCall: false }]],
  [
    'Google',
    {
      models: [
        { name: 'models/g', displayName: 'G', inputTokenLimit: 9, outputTokenLimit: 3, supportedGenerationMethods: ['generateContent'] },
        { name: 'models/embedding', supportedGenerationMethods: ['embedContent'] },
      ],
    },
    [{ id: 'g', name: 'G', contextWindow: 9, maxOutput: 3 }],
  ],
  ['Anthropic', { data: [{ id: 'c', display_name: 'C', max_input_tokens: 5, max_tokens: 2 }] }, [{ id: 'c', name: 'C', contextWindow: 5, maxOutput: 2 }]],
  ['llama.cpp', { data: [{ id: 'x', meta: { n_ctx_train: 2048 } }] }, [{ id: 'x', contextWindow: 2048 }]],
  ['a bare list of names', ['a', 'b', 'a'], [{ id: 'a' }, { id: 'b' }]],
])('the list of %s is read', (_name, list, models) => {
  const found = parseModels(list)!.map((model) => Object.fromEntries(Object.entries(model).filter(([, value]) => value !== undefined)))
  expect(found).toMatchObject(models)
  expect(found).toHaveLength(models.length)
})

test.each([[undefined], ['<html>'], [{ error: 'no' }], [null]])('%j is no list', (value) => {
  expect(parseModels(value)).toBeUndefined()
})

test('Ollama’s details are those of the model file before those of the model', () => {
  const info = { 'general.architecture': 'llama', 'llama.context_length': 131_072 }
  expect(parseOllamaDetails({ model_info: info, capabilities: ['completion', 'tools'] })).toMatchObject({
    contextWindow: 131_072,
    toolCall: true,
    reasoning: false,
  })
  expect(parseOllamaDetails({ model_info: info, parameters: 'temperature 0.7\nnum_ctx                        8192' })).toMatchObject({ contextWindow: 8192 })
})
