import type OpenAI from 'openai'
import { describe, expect, it } from 'vitest'
import type { Prompt } from '../../../src/core/prompt.ts'
import { decodeChatRequest } from '../../../src/protocols/chat-completions/decode.ts'
import type { Decoded } from '../../../src/protocols/protocol.ts'

type Request = OpenAI.ChatCompletionCreateParams

const user = { role: 'user', content: 'Hi' } as const
const pixel = 'iVBORw0KGgo='

function decode(body: Record<string, unknown>): Decoded {
  return decodeChatRequest(body, { resolveModel: (name) => name ?? 'a/default' })
}

function promptOf(request: Partial<Request>): Prompt {
  return decode({ model: 'a/b', messages: [user], ...request }).prompt
}

const messagesOf = (messages: Request['messages']): Prompt['messages'] => promptOf({ messages }).messages

describe('messages', () => {
  it('keep roles, order and ids', () => {
    expect(
      messagesOf([
        { role: 'system', content: 'Be brief.' },
        { role: 'user', content: 'Weather?' },
        {
          role: 'assistant',
          content: 'I look.',
          tool_calls: [{ id: 'call_1', type: 'function', function: { name: 'weather', arguments: '{"city": "Rome"}' } }],
        },
        { role: 'tool', tool_call_id: 'call_1', content: 'Sunny' },
        { role: 'developer', content: 'In Celsius.' },
      ]),
    ).toEqual([
      { role: 'system', content: 'Be brief.' },
      { role: 'user', content: [{ type: 'text', text: 'Weather?' }] },
      { role: 'assistant', content: 'I look.', toolCalls: [{ id: 'call_1', name: 'weather', arguments: '{"city": "Rome"}' }] },
      { role: 'tool', toolCallId: 'call_1', content: 'Sunny' },
      { role: 'system', content: 'In Celsius.' },
    ])
  })

  it('join the text parts of those that have only text', () => {
    const content = [
      { type: 'text', text: 'a' },
      { type: 'text', text: 'b' },
    ] as const
    expect(
      messagesOf([
        { role: 'system', content: [...content] },
        { role: 'assistant', content: [...content] },
        { role: 'tool', tool_call_id: '1', content: [...content] },
      ]).map((message) => message.content),
    ).toEqual(['ab', 'ab', 'ab'])
  })

  it('keep the parts of the user apart', () => {
    expect(
      messagesOf([
        {
          role: 'user',
          content: [
            { type: 'text', text: 'What is this?' },
            { type: 'image_url', image_url: { url: `data:image/PNG;charset=x;base64,${pixel}`, detail: 'low' } },
            { type: 'image_url', image_url: { url: 'data:image/svg+xml,%3Csvg/%3E' } },
            { type: 'input_audio', input_audio: { data: 'AAAA', format: 'mp3' } },
            { type: 'file', file: { file_data: 'data:application/pdf;base64,JVBERg==', filename: 'a.pdf' } },
          ],
        },
      ]),
    ).toEqual([
      {
        role: 'user',
        content: [
          { type: 'text', text: 'What is this?' },
          { type: 'file', mediaType: 'image/png', data: pixel },
          { type: 'file', mediaType: 'image/svg+xml', data: Buffer.from('<svg/>').toString('base64') },
          { type: 'file', mediaType: 'audio/mpeg', data: 'AAAA' },
          { type: 'file', mediaType: 'application/pdf', data: 'JVBERg==', filename: 'a.pdf' },
        ],
      },
    ])
  })

  it('of the assistant may lack content', () => {
    const bare = { role: 'assistant', content: '', toolCalls: [] }
    expect(messagesOf([{ role: 'assistant', content: null }, { role: 'assistant' }])).toEqual([bare, bare])
    expect(messagesOf([{ role: 'assistant', refusal: 'No.' }])).toEqual([{ ...bare, content: 'No.' }])
    expect(messagesOf([{ role: 'assistant', content: [{ type: 'refusal', refusal: 'No.' }] }])).toEqual([{ ...bare, content: 'No.' }])
  })

  it('of the assistant keep the reasoning that clients send back', () => {
    const messages = [{ role: 'assistant', content: 'A', reasoning_content: 'B' }]
    expect(decode({ messages }).prompt.messages).toEqual([{ role: 'assistant', content: 'A', reasoning: 'B', toolCalls: [] }])
  })

  it('carry megabytes byte for byte', () => {
    const content = '🙂 -- "$(x)" \u0001\n'.repeat(100_000)
    expect(messagesOf([{ role: 'user', content }])).toEqual([{ role: 'user', content: [{ type: 'text', text: content }] }])
    const data = 'A'.repeat(30_000_000)
    const url = `data:image/png;base64,${data}`
    expect(messagesOf([{ role: 'user', content: [{ type: 'image_url', image_url: { url } }] }])[0]!.content[0]).toMatchObject({ data })
  })
})

describe('tools', () => {
  const parameters = { type: 'object', properties: { city: { type: 'string' } }, $defs: { x: true } }
  const tools: Request['tools'] = [
    { type: 'function', function: { name: 'weather', description: 'Tells the weather', parameters, strict: true } },
    { type: 'function', function: { name: 'now' } },
  ]

  it('are carried exactly as sent', () => {
    expect(promptOf({ tools }).tools).toEqual([
      { name: 'weather', description: 'Tells the weather', parameters },
      { name: 'now', parameters: { type: 'object', properties: {} } },
    ])
  })

  it.each([
    [undefined, { type: 'auto' }],
    ['none' as const, { type: 'none' }],
    ['required' as const, { type: 'required' }],
    [{ type: 'function', function: { name: 'now' } } as const, { type: 'tool', name: 'now' }],
  ])('may be chosen by %j', (choice, expected) => {
    expect(promptOf({ tools, ...(choice && { tool_choice: choice }) }).toolChoice).toEqual(expected)
  })
})

describe('parameters', () => {
  it('are those that the client sent', () => {
    expect(promptOf({}).sampling).toEqual({})
    expect(promptOf({ temperature: 0, top_p: 0.5, max_tokens: 10 }).sampling).toEqual({ temperature: 0, topP: 0.5, maxOutputTokens: 10 })
    expect(promptOf({ max_tokens: 10, max_completion_tokens: 20 }).sampling).toEqual({ maxOutputTokens: 20 })
  })

  it('may be null or unknown', () => {
    const body = { messages: [user], model: null, temperature: null, stream: null, stream_options: null, tools: null, n: null, stop: null, future: 1 }
    expect(decode(body)).toMatchObject({ stream: false, prompt: { model: 'a/default', tools: [], sampling: {} } })
  })

  it('tell whether to stream', () => {
    expect(decode({ messages: [user], stream: true }).stream).toBe(true)
    expect(decode({ messages: [user] }).stream).toBe(false)
  })
})

describe('what is not a request', () => {
  const content = (part: unknown): unknown => ({ messages: [user, { role: 'user', content: [{ type: 'text', text: 'x' }, part] }] })
  const image = (url: string): unknown => content({ type: 'image_url', image_url: { url } })
  const tools = [{ type: 'function', function: { name: 'now' } }]

  it.each<[string, unknown, string, string]>([
    ['messages', {}, 'missing_required_parameter', "Missing required parameter: 'messages'. Expected an array."],
    ['messages', { messages: 'Hi' }, 'invalid_type', "Invalid type for 'messages': got a string. Expected an array."],
    ['messages', { messages: null }, 'invalid_type', 'got null'],
    ['messages', { messages: [] }, 'invalid_value', "Invalid value for 'messages': got an empty array. Expected at least 1 element."],
    ['messages[0]', { messages: ['Hi'] }, 'invalid_type', 'got a string. Expected an object.'],
    ['messages[0].role', { messages: [{ content: 'Hi' }] }, 'missing_required_parameter', "'system', 'developer', 'user', 'assistant', 'tool'"],
    ['messages[0].role', { messages: [{ role: 'bot', content: 'Hi' }] }, 'invalid_value', "got 'bot'. Expected one of 'system'"],
    ['messages[0].content', { messages: [{ role: 'user' }] }, 'missing_required_parameter', 'Expected a string or an array.'],
    ['messages[0].content', { messages: [{ role: 'user', content: 3 }] }, 'invalid_type', 'got 3. Expected a string or an array.'],
    ['messages[0].content', { messages: [{ role: 'user', content: null }] }, 'invalid_type', 'got null'],
    ['messages[0].content', { messages: [{ role: 'user', content: [] }] }, 'invalid_value', 'an empty array'],
    ['messages[1].content[1].type', content({ type: 'video' }), 'invalid_value', "got 'video'. Expected one of 'text', 'image_url'"],
    ['messages[1].content[1].text', content({ type: 'text' }), 'missing_required_parameter', 'Expected a string.'],
    ['messages[1].content[1].image_url', content({ type: 'image_url', image_url: 'x' }), 'invalid_type', 'Expected an object.'],
    ['messages[1].content[1].image_url.url', image('https://a.example/secret.png'), 'unsupported_value', 'Send the content itself as a data URL'],
    ['messages[1].content[1].image_url.url', image('/tmp/secret.png'), 'invalid_value', 'is not a data URL'],
    ['messages[1].content[1].image_url.url', image('data:;base64,secret'), 'invalid_value', 'media type'],
    ['messages[1].content[1].image_url.url', image('data:image/png;base64,se cret'), 'invalid_value', 'is not base64'],
    ['messages[1].content[1].image_url.url', image('data:image/png;base64,'), 'invalid_value', 'is empty'],
    ['messages[1].content[1].image_url.url', image('data:image/svg+xml,%secret'), 'invalid_value', 'percent-encoded'],
    ['messages[1].content[1].input_audio.format', content({ type: 'input_audio', input_audio: { data: 'AA', format: 'ogg' } }), 'invalid_value', "'wav', 'mp3'"],
    ['messages[1].content[1].file.file_id', content({ type: 'file', file: { file_id: 'secret' } }), 'unsupported_value', 'file_data'],
    ['messages[1].content[1].file.file_data', content({ type: 'file', file: {} }), 'missing_required_parameter', 'file_data'],
    ['messages[0].tool_call_id', { messages: [{ role: 'tool', content: 'x' }] }, 'missing_required_parameter', 'Expected a string.'],
    ['stream', { messages: [user], stream: 'yes' }, 'invalid_type', 'got a string. Expected a boolean.'],
    ['temperature', { messages: [user], temperature: 'hot' }, 'invalid_type', 'Expected a number.'],
    ['max_tokens', { messages: [user], max_tokens: 1.5 }, 'invalid_type', 'got 1.5. Expected an integer.'],
    ['max_tokens', { messages: [user], max_tokens: 0 }, 'invalid_value', 'got 0. Expected at least 1.'],
    ['stop[1]', { messages: [user], stop: ['a', 3] }, 'invalid_type', 'Expected a string.'],
    ['stop', { messages: [user], stop: 3 }, 'invalid_type', 'Expected a string or an array.'],
    ['response_format.type', { messages: [user], response_format: { type: 'xml' } }, 'invalid_value', "'json_schema'"],
    ['tools', { messages: [user], tools: {} }, 'invalid_type', 'Expected an array.'],
    ['tools[0].type', { messages: [user], tools: [{ type: 'custom' }] }, 'invalid_value', "got 'custom'. Expected 'function'."],
    ['tools[0].function.name', { messages: [user], tools: [{ type: 'function', function: {} }] }, 'missing_required_parameter', ''],
    ['tools[0].function.parameters', { messages: [user], tools: [{ type: 'function', function: { name: 'x', parameters: [] } }] }, 'invalid_type', 'Expected an object.'],
    ['tool_choice', { messages: [user], tools, tool_choice: 'always' }, 'invalid_type', "'auto', 'none', 'required' or an object"],
    ['tool_choice', { messages: [user], tools, tool_choice: { type: 'function', function: { name: 'later' } } }, 'invalid_value', 'not in'],
    ['tool_choice', { messages: [user], tool_choice: 'required' }, 'invalid_value', 'at least one tool'],
  ])('is refused: %s of %j', (param, body, code, text) => {
    expect(() => decode(body as Record<string, unknown>)).toThrow(
      expect.objectContaining({
        name: 'BridgeError',
        status: 400,
        param,
        code,
        message: expect.toSatisfy((message: string) => message.includes(text) && !message.includes('secret')),
      }),
    )
  })

  it('never quotes a longer text', () => {
    const body = { messages: [{ role: 'user', content: 'x' }], response_format: { type: 'my secret '.repeat(10) } }
    expect(() => decode(body)).toThrow(expect.objectContaining({ message: expect.not.stringContaining('secret') }))
  })
})
