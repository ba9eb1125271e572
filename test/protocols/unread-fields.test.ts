import { describe, expect, test } from 'vitest'
import { isObject } from '../../src/core/json-value.ts'
import { chatCompletions } from '../../src/protocols/chat-completions/index.ts'
import { completions } from '../../src/protocols/completions/index.ts'
import { gemini } from '../../src/protocols/gemini/index.ts'
import { messages } from '../../src/protocols/messages/index.ts'
import { ollamaChat, ollamaGenerate } from '../../src/protocols/ollama/index.ts'
import type { Protocol } from '../../src/protocols/protocol.ts'
import { responses } from '../../src/protocols/responses/index.ts'

const PNG = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=='
const schema = { type: 'object', properties: { city: { type: 'string' } } }

interface Format {
  protocol: Protocol
  /** With an object in every place that the format has one. */
  body: Record<string, unknown>
  /** Places whose fields are the client's own, or go where they came from. */
  opaque: string[]
}

const formats: Format[] = [
  {
    protocol: chatCompletions,
    opaque: ['tools.function.parameters', 'response_format.json_schema.schema', 'metadata', 'logit_bias', 'prediction', 'messages.reasoning_details'],
    body: {
      messages: [
        { role: 'system', content: [{ type: 'text', text: 'a' }] },
        {
          role: 'user',
          content: [
            { type: 'text', text: 'a' },
            { type: 'image_url', image_url: { url: `data:image/png;base64,${PNG}` } },
            { type: 'input_audio', input_audio: { data: PNG, format: 'wav' } },
            { type: 'file', file: { file_data: `data:application/pdf;base64,${PNG}` } },
          ],
        },
        {
          role: 'assistant',
          content: [
            { type: 'text', text: 'a' },
            { type: 'refusal', refusal: 'no' },
          ],
          reasoning_details: [{ type: 'reasoning.text', text: 'hm' }],
          tool_calls: [
            { id: 'c1', type: 'function', function: { name: 'f', arguments: '{}' } },
            { id: 'c2', type: 'custom', custom: { name: 'g', input: 'x' } },
          ],
        },
        { role: 'tool', tool_call_id: 'c1', content: [{ type: 'text', text: 'r' }] },
        { role: 'tool', tool_call_id: 'c2', content: 'r' },
      ],
      tools: [
        { type: 'function', function: { name: 'f', parameters: schema } },
        { type: 'custom', custom: { name: 'g', format: { type: 'grammar', grammar: { syntax: 'lark', definition: 'start: "a"' } } } },
      ],
      tool_choice: { type: 'allowed_tools', allowed_tools: { mode: 'auto', tools: [{ type: 'function', function: { name: 'f' } }] } },
      response_format: { type: 'json_schema', json_schema: { name: 's', schema } },
      stream_options: { include_usage: true },
      reasoning: { effort: 'low' },
      metadata: { a: 'b' },
      logit_bias: { 1: 1 },
      prediction: { type: 'content', content: 'a' },
    },
  },
  {
    protocol: responses,
    opaque: ['tools.parameters', 'tools.tools.parameters', 'text.format.schema', 'metadata', 'client_metadata', 'input.arguments'],
    body: {
      input: [
        {
          role: 'user',
          content: [
            { type: 'input_text', text: 'a' },
            { type: 'input_image', image_url: `data:image/png;base64,${PNG}` },
            { type: 'input_file', file_data: PNG },
          ],
        },
        { type: 'reasoning', summary: [{ type: 'summary_text', text: 'hm' }], content: [{ type: 'reasoning_text', text: 'hm' }] },
        {
          type: 'message',
          role: 'assistant',
          content: [
            { type: 'output_text', text: 'a' },
            { type: 'refusal', refusal: 'no' },
          ],
        },
        { type: 'function_call', call_id: 'c1', name: 'f', arguments: '{}' },
        { type: 'custom_tool_call', call_id: 'c2', name: 'g', input: 'x' },
        { type: 'tool_search_call', call_id: 'c3', execution: 'client', arguments: {} },
        { type: 'function_call_output', call_id: 'c1', output: [{ type: 'input_text', text: 'r' }] },
        { type: 'custom_tool_call_output', call_id: 'c2', output: 'r' },
        { type: 'tool_search_output', call_id: 'c3', execution: 'client', tools: [{ type: 'function', name: 'found' }] },
        { type: 'additional_tools', tools: [{ type: 'custom', name: 'added' }] },
      ],
      tools: [
        { type: 'function', name: 'f', parameters: schema },
        { type: 'custom', name: 'g', format: { type: 'grammar', syntax: 'lark', definition: 'start: "a"' } },
        { type: 'namespace', name: 'n', tools: [{ type: 'function', name: 'h' }] },
        { type: 'tool_search', execution: 'client' },
      ],
      tool_choice: { type: 'allowed_tools', mode: 'auto', tools: [{ type: 'function', name: 'f' }] },
      text: { format: { type: 'json_schema', name: 's', schema } },
      reasoning: { effort: 'low' },
      stream_options: { include_obfuscation: false },
      metadata: { a: 'b' },
      client_metadata: { a: 'b' },
    },
  },
  {
    protocol: messages,
    opaque: ['tools.input_schema', 'output_config.format.schema', 'messages.content.input', 'context_management', 'context_management.edits'],
    body: {
      max_tokens: 9,
      system: [{ type: 'text', text: 'a', cache_control: { type: 'ephemeral' } }],
      messages: [
        {
          role: 'user',
          content: [
            { type: 'text', text: 'a' },
            { type: 'image', source: { type: 'base64', media_type: 'image/png', data: PNG } },
            { type: 'document', source: { type: 'text', media_type: 'text/plain', data: 'a' }, citations: { enabled: false } },
            { type: 'document', source: { type: 'content', content: [{ type: 'text', text: 'a' }] } },
            { type: 'search_result', source: 's', title: 't', content: [{ type: 'text', text: 'a' }] },
          ],
        },
        {
          role: 'assistant',
          content: [
            { type: 'thinking', thinking: 'hm', signature: 'c2ln' },
            { type: 'redacted_thinking', data: 'c2ln' },
            { type: 'text', text: 'a' },
            { type: 'tool_use', id: 't1', name: 'f', input: {} },
          ],
        },
        {
          role: 'user',
          content: [
            {
              type: 'tool_result',
              tool_use_id: 't1',
              content: [
                { type: 'tool_reference', tool_name: 'f' },
                { type: 'text', text: 'r' },
              ],
            },
          ],
        },
        { role: 'system', content: 'a' },
      ],
      tools: [{ name: 'f', input_schema: schema, cache_control: { type: 'ephemeral' } }],
      tool_choice: { type: 'auto' },
      thinking: { type: 'adaptive' },
      output_config: { effort: 'low', format: { type: 'json_schema', schema } },
      metadata: { user_id: 'u' },
      context_management: { edits: [{ type: 'clear_thinking_20251015', keep: 'all' }] },
    },
  },
  {
    protocol: gemini,
    opaque: [
      'tools.functionDeclarations.parameters',
      'generationConfig.responseSchema',
      'contents.parts.functionCall.args',
      'contents.parts.functionResponse.response',
    ],
    body: {
      systemInstruction: { role: 'user', parts: [{ text: 'a' }] },
      contents: [
        {
          role: 'user',
          parts: [{ text: 'a' }, { inlineData: { mimeType: 'image/png', data: PNG } }, { fileData: { fileUri: `data:image/png;base64,${PNG}` } }],
        },
        { role: 'model', parts: [{ text: 'hm', thought: true }, { functionCall: { name: 'f', args: {} } }] },
        { role: 'user', parts: [{ functionResponse: { name: 'f', response: {}, parts: [{ inlineData: { mimeType: 'image/png', data: PNG } }] } }] },
      ],
      tools: [{ functionDeclarations: [{ name: 'f', parameters: schema }] }],
      toolConfig: { functionCallingConfig: { mode: 'AUTO' } },
      generationConfig: { temperature: 1, responseMimeType: 'application/json', responseSchema: schema, thinkingConfig: { thinkingBudget: -1 } },
    },
  },
  {
    protocol: ollamaChat,
    opaque: ['tools.function.parameters', 'messages.tool_calls.function.arguments', 'format'],
    body: {
      messages: [
        { role: 'user', content: 'a', images: [PNG] },
        { role: 'assistant', content: '', thinking: 'hm', tool_calls: [{ type: 'function', function: { index: 0, name: 'f', arguments: {} } }] },
        { role: 'tool', tool_name: 'f', content: 'r' },
      ],
      tools: [{ type: 'function', function: { name: 'f', description: 'd', parameters: schema } }],
      format: schema,
      think: 'low',
      options: { temperature: 1, num_predict: -1, stop: ['x'] },
      keep_alive: '5m',
    },
  },
  { protocol: ollamaGenerate, opaque: [], body: { prompt: 'a', system: 'b', images: [PNG], options: { seed: 1 }, context: [], keep_alive: -1 } },
  { protocol: completions, opaque: ['logit_bias'], body: { prompt: 'a', stream_options: { include_usage: true }, logit_bias: { 1: 1 } } },
]

describe.each(formats.map((format) => [format.protocol.name, format] as const))('of a body of %s', (_name, { protocol, body, opaque }) => {
  const decode = (changed: Record<string, unknown>) => protocol.decode(changed, { resolveModel: () => 'test/model' }).ignored

  test('all that the format has is read', () => {
    expect(decode(body)).toEqual([])
  })

  test.each(objectsOf(body))('a field that nobody knows is named in %s%s', (_place, path, places) => {
    const changed = structuredClone(body)
    const place = places.reduce((value: any, key) => value[key], changed)
    place.nobody = path === 'metadata' ? '1' : 1
    if (opaque.some((one) => path === one || path.startsWith(`${one}.`))) expect(decode(changed)).toEqual([])
    else expect(decode(changed)).toEqual([path === '' ? 'nobody' : `${path}.nobody`])
  })
})

test('what the vendors’ own packages add to answers, and clients to what they send back, asks for nothing', () => {
  const call = { id: 'c1', index: 0, type: 'function', function: { name: 'f', arguments: '{"a":1}', parsed_arguments: { a: 1 } } }
  const chat = {
    messages: [
      { role: 'user', content: 'a' },
      { role: 'assistant', content: '{}', parsed: {}, annotations: [], tool_calls: [call] },
      { role: 'tool', name: 'f', tool_call_id: 'c1', content: 'r' },
    ],
  }
  expect(chatCompletions.decode(chat, { resolveModel: () => 'test/model' }).ignored).toEqual([])
  const text = { type: 'output_text', text: '{}', annotations: [], parsed: {}, logprobs: [{ token: '{' }] }
  const items = [
    { role: 'user', content: 'a' },
    { type: 'message', id: 'm', role: 'assistant', status: 'completed', content: [text] },
    { type: 'function_call', call_id: 'c1', name: 'f', arguments: '{"a":1}', parsed_arguments: { a: 1 } },
    { type: 'function_call_output', call_id: 'c1', output: 'r' },
  ]
  expect(responses.decode({ input: items }, { resolveModel: () => 'test/model' }).ignored).toEqual([])
})

test('names are few, each once, and none that a header cannot carry', () => {
  const many = Object.fromEntries(Array.from({ length: 100 }, (_, index) => [`field_${index}`, 1]))
  const content = [
    { type: 'text', text: 'a', ключ: 1, x: 1 },
    { type: 'text', text: 'b', x: 2, y: [] },
  ]
  const decode = (fields: object) => chatCompletions.decode({ messages: [{ role: 'user', content }], ...fields }, { resolveModel: () => 'test/model' }).ignored
  expect(decode({})).toEqual(['messages.content.*', 'messages.content.x'])
  expect(decode(many)).toHaveLength(20)
  expect(decode(many).at(-1)).toBe('*')
})

/** Every object of a body: its place for people, its name in answers, and the way to it. */
function objectsOf(value: unknown, place: PropertyKey[] = []): [string, string, PropertyKey[]][] {
  if (Array.isArray(value)) return value.flatMap((element, index) => objectsOf(element, [...place, index]))
  if (!isObject(value)) return []
  const name = place.filter((key) => typeof key === 'string').join('.')
  return [
    [place.filter((key) => typeof key === 'number').join('/'), name, place],
    ...Object.entries(value).flatMap(([key, inner]) => objectsOf(inner, [...place, key])),
  ]
}
