import { describe, expect, test } from 'vitest'
import { ollamaChat, ollamaGenerate } from '../../../src/protocols/ollama/index.ts'

const PNG = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=='
const user = { role: 'user', content: 'Hi' }
const called = (...names: string[]) => ({ role: 'assistant', content: '', tool_calls: names.map((name) => ({ function: { name, arguments: { a: 1 } } })) })
const result = (content: string, more: object = {}) => ({ role: 'tool', content, ...more })

const chat = (body: Record<string, unknown>, continues = false) => ollamaChat.decode({ messages: [user], ...body }, { resolveModel: () => 'a/b', continues })
const generate = (body: Record<string, unknown>) => ollamaGenerate.decode({ prompt: 'Hi', ...body }, { resolveModel: () => 'a/b' })
const refusal = (param: string) => expect.objectContaining({ name: 'BridgeError', status: 400, param })

describe('messages', () => {
  test('of every role are read', () => {
    const messages = [
      { role: 'system', content: 'Be terse.' },
      { ...user, images: [PNG] },
      { role: 'assistant', content: 'Hm.', thinking: 'Let me see.', tool_calls: [{ id: 'c1', function: { name: 'f', arguments: { a: 1 } } }] },
      result('r', { tool_call_id: 'c1', tool_name: 'f' }),
    ]
    expect(chat({ messages }).prompt.messages).toEqual([
      { role: 'system', content: 'Be terse.' },
      {
        role: 'user',
        content: [
          { type: 'text', text: 'Hi' },
          { type: 'file', param: 'messages[1].images[0]', mediaType: 'image/png', data: PNG },
        ],
      },
      {
        role: 'assistant',
        parts: [
          { type: 'reasoning', text: 'Let me see.' },
          { type: 'text', text: 'Hm.' },
          { type: 'tool-call', id: 'c1', name: 'f', arguments: '{"a":1}' },
        ],
      },
      { role: 'tool', toolCallId: 'c1', content: [{ type: 'text', text: 'r' }] },
    ])
  })

  test.each([
    ['by name, whatever their order', [result('of g', { tool_name: 'g' }), result('of f', { tool_name: 'f' })], ['call_2', 'call_1']],
    ['by the name of earlier clients', [result('of g', { name: 'g' }), result('of f', { name: 'f' })], ['call_2', 'call_1']],
    ['by their order, where they have no name', [result('of f'), result('of g')], ['call_1', 'call_2']],
  ])('results belong to calls without ids %s', (_how, results, ids) => {
    const { messages } = chat({ messages: [user, called('f', 'g'), ...results] }).prompt
    expect(messages.slice(2).map((message) => message.role === 'tool' && message.toolCallId)).toEqual(ids)
    expect(messages[1]).toMatchObject({
      parts: [
        { id: 'call_1', unnamed: true },
        { id: 'call_2', unnamed: true },
      ],
    })
  })

  test('results may come first where a conversation goes on', () => {
    expect(chat({ messages: [result('r', { tool_call_id: 'c9' })] }, true).prompt.messages).toMatchObject([{ toolCallId: 'c9' }])
    expect(() => chat({ messages: [result('r')] }, true)).toThrow(refusal('messages[0].tool_call_id'))
  })

  test.each([
    ['a call without a result', [user, called('f'), user], 'messages[2]'],
    ['a call without a result at the end', [user, called('f')], 'messages[1]'],
    ['a result without a call', [user, result('r')], 'messages[1]'],
    ['an empty message', [{ role: 'user', content: '' }], 'messages[0]'],
    ['nothing but an empty answer', [{ role: 'assistant', content: '' }], 'messages'],
    ['a role of its own', [{ role: 'narrator', content: 'x' }], 'messages[0].role'],
    [
      'arguments that are text',
      [user, { role: 'assistant', tool_calls: [{ function: { name: 'f', arguments: '{}' } }] }],
      'messages[1].tool_calls[0].function.arguments',
    ],
    ['an image that is none', [{ ...user, images: ['aGVsbG8gd29ybGQ='] }], 'messages[0].images[0]'],
    ['an image that is no base64', [{ ...user, images: ['%%%'] }], 'messages[0].images[0]'],
  ])('%s is refused', (_name, messages, param) => {
    expect(() => chat({ messages })).toThrow(refusal(param))
  })

  test.each([
    ['image/jpeg', Buffer.from([0xff, 0xd8, 0xff, 0xe0, 0, 16])],
    ['image/gif', Buffer.from('GIF89a')],
    ['image/webp', Buffer.from('RIFF\x10\0\0\0WEBPVP8 ')],
    ['image/avif', Buffer.from('\0\0\0\x1cftypavif')],
    ['application/pdf', Buffer.from('%PDF-1.7')],
  ])('an image is known by how it begins: %s', (mediaType, bytes) => {
    const content = chat({ messages: [{ ...user, images: [bytes.toString('base64')] }] }).prompt.messages[0]
    expect(content).toMatchObject({ content: [{}, { type: 'file', mediaType }] })
  })

  test('an image may be a data URL', () => {
    expect(chat({ messages: [{ ...user, images: [`data:image/png;base64,${PNG}`] }] }).prompt.messages[0]).toMatchObject({ content: [{}, { data: PNG }] })
  })
})

describe('parameters', () => {
  test('are those of the options', () => {
    const options = { temperature: 0.5, top_p: 0.9, top_k: 40, num_predict: 50, stop: 'END', seed: 7, presence_penalty: 0.5, frequency_penalty: 0.25 }
    expect(chat({ options }).prompt.parameters).toEqual({
      temperature: 0.5,
      topP: 0.9,
      topK: 40,
      maxOutputTokens: 50,
      stop: ['END'],
      seed: 7,
      presencePenalty: 0.5,
      frequencyPenalty: 0.25,
    })
    expect(chat({ options: { num_predict: -1, presence_penalty: 0, stop: [] } }).prompt.parameters).toEqual({})
  })

  test.each([
    [undefined, {}],
    [true, { reasoningMode: 'adaptive', reasoningDisplay: 'auto' }],
    [false, { reasoningMode: 'disabled', reasoningDisplay: 'none' }],
    ['high', { reasoningEffort: 'high', reasoningDisplay: 'auto' }],
  ])('think: %j', (think, parameters) => {
    expect(chat({ think }).prompt.parameters).toEqual(parameters)
  })

  test.each([
    [undefined, { type: 'text' }],
    ['', { type: 'text' }],
    ['json', { type: 'json' }],
    [{ type: 'object' }, { type: 'json-schema', name: 'response', schema: { type: 'object' }, strict: false }],
  ])('format: %j', (format, output) => {
    expect(chat({ format }).prompt.output).toEqual(output)
    expect(generate({ format }).prompt.output).toEqual(output)
  })

  test('that mean nothing to a provider are named, those of a server with the model in its memory as hints', () => {
    const { ignored } = chat({ options: { num_ctx: 8192, mirostat: 1 }, keep_alive: '5m' })
    expect(ignored).toEqual(['options.num_ctx', 'options.mirostat'])
    expect(ollamaChat.hints).toContain('options.num_ctx')
    expect(ollamaChat.hints).not.toContain('options.mirostat')
  })

  test.each([
    [{ options: { temperature: 3 } }, 'options.temperature'],
    [{ format: 'xml' }, 'format'],
    [{ top_logprobs: 3 }, 'top_logprobs'],
    [{ tools: [{ function: { name: 'f' } }, { function: { name: 'f' } }] }, 'tools[1].function.name'],
  ])('%j is refused', (body, param) => {
    expect(() => chat(body)).toThrow(refusal(param))
  })
})

describe('a text to answer', () => {
  test('is a message of the user, behind the system’s', () => {
    expect(generate({ system: 'Be terse.', images: [PNG] }).prompt.messages).toEqual([
      { role: 'system', content: 'Be terse.' },
      {
        role: 'user',
        content: [
          { type: 'text', text: 'Hi' },
          { type: 'file', param: 'images[0]', mediaType: 'image/png', data: PNG },
        ],
      },
    ])
  })

  test.each([
    [{ suffix: 'x' }, 'suffix'],
    [{ context: [1, 2] }, 'context'],
  ])('%j is refused', (body, param) => {
    expect(() => generate(body)).toThrow(refusal(param))
  })
})
