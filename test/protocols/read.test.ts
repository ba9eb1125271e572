import { describe, expect, it } from 'vitest'
import { assembleAnswer } from '../../src/protocols/answer.ts'
import { chatCompletions } from '../../src/protocols/chat-completions/index.ts'
import { completions } from '../../src/protocols/completions/index.ts'
import { geminiAt } from '../../src/protocols/gemini/index.ts'
import { messages } from '../../src/protocols/messages/index.ts'
import { ollamaChat, ollamaGenerate } from '../../src/protocols/ollama/index.ts'
import { oneCall } from '../../src/protocols/one-call/index.ts'
import type { Protocol } from '../../src/protocols/protocol.ts'
import { responses } from '../../src/protocols/responses/index.ts'

/** What every lane needs to know of a request: a body that only its own vendor understands is read, a wrong one is not. */

type Body = Record<string, unknown>

const gemini = geminiAt({ model: 'a/b', stream: true })
const chatUser = { role: 'user', content: 'Hi' }
const geminiUser = { role: 'user', parts: [{ text: 'Hi' }] }

/** The smallest request of each format. */
const LEAST: Record<string, [Protocol, Body]> = {
  chat: [chatCompletions, { messages: [chatUser] }],
  messages: [messages, { max_tokens: 9, messages: [chatUser] }],
  responses: [responses, { input: 'Hi' }],
  gemini: [gemini, { contents: [geminiUser] }],
  completions: [completions, { prompt: 'Hi' }],
  ollama: [ollamaChat, { messages: [chatUser] }],
  'ollama text': [ollamaGenerate, { prompt: 'Hi' }],
  'one-call': [oneCall, { prompt: 'Hi' }],
}

function read(format: string, more: Body = {}): ReturnType<Protocol['read']> {
  const [protocol, body] = LEAST[format]!
  return protocol.read({ ...body, ...more })
}

const refusal = (param: string) => expect.objectContaining({ name: 'BridgeError', status: 400, param })

describe('a request', () => {
  it.each([
    ['chat', { model: 'gpt', stream: true, n: 3 }, { model: 'gpt', stream: true, choices: 3 }],
    ['messages', { model: 'claude', stream: true }, { model: 'claude', stream: true, choices: 1 }],
    ['responses', { model: 'gpt', stream: true }, { model: 'gpt', stream: true, choices: 1 }],
    ['gemini', { model: 'models/other', generationConfig: { candidateCount: 2 } }, { model: 'a/b', stream: true, choices: 2 }],
    ['completions', { model: 'gpt', n: 2 }, { model: 'gpt', stream: false, choices: 2 }],
    ['ollama', { model: 'gpt' }, { model: 'gpt', stream: true, choices: 1 }],
    ['ollama text', { model: 'gpt', stream: false }, { model: 'gpt', stream: false, choices: 1 }],
    ['one-call', { model: 'gpt' }, { model: 'gpt', stream: false, choices: 1 }],
  ])('of %s says which model it wants, and how', (format, fields, expected) => {
    expect(read(format, fields)).toMatchObject(expected)
  })

  it.each(Object.keys(LEAST))('of %s is for the model that is asked, also where it names none', (format) => {
    const head = read(format)
    expect(head.model).toBe(format === 'gemini' ? 'a/b' : undefined)
    expect(head.decode('x/y').prompt).toMatchObject({ model: 'x/y', messages: [{ role: 'user', content: [{ type: 'text', text: 'Hi' }] }] })
  })

  it.each(['chat', 'messages', 'responses', 'gemini', 'ollama', 'ollama text'])('of %s has an encoder without a prompt', (format) => {
    const answer = assembleAnswer([
      { type: 'text-delta', text: 'Hello' },
      { type: 'finish', reason: 'stop', usage: undefined },
    ])
    const identity = { id: 'abc', created: 1 }
    const body = read(format).createEncoder(identity, 'x/y').answer([answer])
    expect(JSON.stringify(body)).toContain('Hello')
    // Responses have the time of their end in them.
    expect(Object.keys(body as object)).toEqual(Object.keys(read(format).decode('x/y').createEncoder(identity).answer([answer]) as object))
  })
})

describe('what only the vendor understands', () => {
  const call = { id: '1', type: 'function', function: { name: 'f', arguments: '{}' } }
  it.each<[string, Body, string]>([
    ['chat', { messages: [chatUser, { role: 'narrator', content: 5, note: [] }] }, 'messages[1].role'],
    [
      'chat',
      {
        messages: [
          {
            role: 'user',
            content: [
              { type: 'video', video: 1 },
              { type: 'text', text: 'x' },
            ],
          },
        ],
      },
      'messages[0].content[0].type',
    ],
    [
      'chat',
      { messages: [{ role: 'user', content: [{ type: 'input_audio', input_audio: { data: 'AA', format: 'ogg' } }] }] },
      'messages[0].content[0].input_audio.format',
    ],
    ['chat', { tools: [{ type: 'hologram', hologram: { name: 'f' } }] }, 'tools[0].type'],
    ['chat', { tools: [{ type: 'function', function: { name: 'mail.read' } }] }, 'tools[0].function.name'],
    ['chat', { tool_choice: 'whatever' }, 'tool_choice'],
    ['chat', { verbosity: 'chatty' }, 'verbosity'],
    ['chat', { response_format: { type: 'grammar', grammar: {} } }, 'response_format.type'],
    ['chat', { stop: ['a', 'b', 'c', 'd', 'e'] }, 'stop'],
    ['chat', { functions: [{ name: 'f' }] }, 'functions'],
    [
      'chat',
      {
        messages: [
          chatUser,
          { role: 'assistant', content: null, function_call: { name: 'f', arguments: '{}' } },
          { role: 'function', name: 'f', content: 'x' },
        ],
      },
      'messages[2].role',
    ],
    [
      'chat',
      {
        messages: [
          chatUser,
          { role: 'assistant', tool_calls: [call, { id: '2', type: 'hologram', hologram: {} }] },
          { role: 'tool', tool_call_id: '1', content: 'x' },
          { role: 'tool', tool_call_id: '2', content: 'x' },
        ],
      },
      'messages[1].tool_calls[1].type',
    ],
    [
      'messages',
      {
        messages: [
          {
            role: 'user',
            content: [
              { type: 'video', source: 1 },
              { type: 'image', source: { type: 'gs', uri: 1 } },
            ],
          },
        ],
      },
      'messages[0].content[0].type',
    ],
    ['messages', { messages: [chatUser, { role: 'assistant', content: [{ type: 'new_tool_result', content: 1 }] }] }, 'messages[1].content[0].type'],
    [
      'messages',
      { messages: [{ role: 'user', content: [{ type: 'document', source: { type: 'file', file_id: 'f' } }] }] },
      'messages[0].content[0].source.file_id',
    ],
    ['messages', { thinking: { type: 'deep', depth: 'x' } }, 'thinking.type'],
    ['messages', { thread: { type: 'create' } }, 'thread'],
    ['responses', { input: [{ role: 'user', content: [{ type: 'input_video', video: 1 }] }] }, 'input[0].content[0].type'],
    ['responses', { text: { format: { type: 'grammar', syntax: 1 } } }, 'text.format.type'],
    ['responses', { tools: [{ type: 'function', name: 'mail.read' }] }, 'tools[0].name'],
    ['responses', { input: [{ id: 'msg_1' }, { type: 'function_call_output', call_id: 'c', output: 'x' }] }, 'input[0].id'],
    ['responses', { conversation: 'conv_1', input: [{ type: 'function_call_output', call_id: 'c', output: 'x' }] }, 'conversation'],
    ['responses', { prompt: { id: 'p' } }, 'prompt'],
    ['gemini', { contents: [{ role: 'narrator', parts: [{ text: 'Hi' }] }] }, 'contents[0].role'],
    ['gemini', { contents: [geminiUser, { role: 'model', parts: [{ futurePart: { code: 'x' } }] }, geminiUser] }, 'contents[1].parts[0]'],
    [
      'responses',
      {
        input: [
          { role: 'user', content: 'Hi' },
          { type: 'future_call', id: 'f' },
        ],
      },
      'input[1].type',
    ],
    ['gemini', { contents: [{ role: 'user', parts: [{ fileData: { fileUri: 'gs://x' } }] }] }, 'contents[0].parts[0].fileData.fileUri'],
    ['gemini', { cachedContent: 'cachedContents/x' }, 'cachedContent'],
    ['gemini', { generationConfig: { responseMimeType: 'text/x.enum' } }, 'generationConfig.responseMimeType'],
  ])('in %s is read, and refused for others: %j', (format, more, param) => {
    const head = read(format, more)
    expect(() => head.decode('x/y')).toThrow(refusal(param))
    expect(() => LEAST[format]![0].decode({ ...LEAST[format]![1], ...more }, { resolveModel: () => 'x/y' })).toThrow(refusal(param))
  })

  it('is a hosted tool as well, which others go without', () => {
    expect(read('messages', { tools: [{ type: 'web_search_20990101', name: 'web_search', max_uses: 'x' }] }).decode('x/y').ignored).toEqual([
      'tools.web_search_20990101',
    ])
    expect(read('responses', { tools: [{ type: 'image_generation', size: 1 }] }).decode('x/y').ignored).toEqual(['tools.image_generation'])
    expect(read('gemini', { tools: [{ googleSearch: 1 }] }).decode('x/y').ignored).toEqual(['tools.googleSearch'])
  })
})

describe('what no provider can be meant to take', () => {
  const toolUse = (id: string) => ({ type: 'tool_use', id, name: 'f', input: {} })
  const call = { type: 'function_call', call_id: 'c', name: 'f', arguments: '{}' }
  it.each<[string, Body, string]>([
    ['chat', { messages: undefined }, 'messages'],
    ['chat', { messages: [] }, 'messages'],
    ['chat', { messages: ['Hi'] }, 'messages[0]'],
    ['chat', { messages: [{ content: 'Hi' }] }, 'messages[0].role'],
    ['chat', { messages: [{ role: 5, content: 'Hi' }] }, 'messages[0].role'],
    ['chat', { messages: [{ role: 'user', content: 5 }] }, 'messages[0].content'],
    ['chat', { messages: [{ role: 'user', content: [{ type: 'video' }, { type: 'text' }] }] }, 'messages[0].content[1].text'],
    ['chat', { messages: [{ role: 'user', content: [{ type: 'image_url', image_url: 'x' }] }] }, 'messages[0].content[0].image_url'],
    ['chat', { messages: [{ role: 'narrator' }, { role: 'user' }] }, 'messages[1].content'],
    ['chat', { tools: [{ type: 'hologram' }, { type: 'function' }] }, 'tools[1].function'],
    ['chat', { tools: [{ description: 'x' }] }, 'tools[0].type'],
    ['chat', { tool_choice: 5 }, 'tool_choice'],
    ['chat', { verbosity: 5 }, 'verbosity'],
    ['chat', { temperature: 3 }, 'temperature'],
    ['chat', { temperature: 'hot', verbosity: 'chatty' }, 'temperature'],
    ['chat', { max_tokens: 1.5 }, 'max_tokens'],
    ['chat', { stop: ['a', 5] }, 'stop[1]'],
    ['chat', { logit_bias: { 1: 101 } }, 'logit_bias.1'],
    ['chat', { stream: 'yes' }, 'stream'],
    ['chat', { messages: [chatUser, { role: 'tool', tool_call_id: '1', content: 'x' }] }, 'messages[1].tool_call_id'],
    ['chat', { messages: [{ role: 'narrator' }, { role: 'assistant', tool_calls: [{ id: '1', type: 'hologram' }] }] }, 'messages[1].tool_calls'],
    ['messages', { max_tokens: undefined }, 'max_tokens'],
    [
      'messages',
      { messages: [{ role: 'user', content: [{ type: 'video' }, { type: 'image', source: { type: 'base64', data: 'AA' } }] }] },
      'messages[0].content[1].source.media_type',
    ],
    ['messages', { messages: [chatUser, { role: 'assistant', content: [{ type: 'new' }, toolUse('1')] }] }, 'messages[1].content[1]'],
    ['messages', { thinking: { type: 'enabled', budget_tokens: 5 } }, 'thinking.budget_tokens'],
    ['messages', { tools: [{ type: 'custom', name: 'f' }] }, 'tools[0].input_schema'],
    ['responses', { input: 5 }, 'input'],
    ['responses', { input: [{ role: 'user', content: [{ type: 'input_video' }, { type: 'input_text' }] }] }, 'input[0].content[1].text'],
    ['responses', { input: [{ ...call, arguments: {} }] }, 'input[0].arguments'],
    ['responses', { input: [{ type: 5 }] }, 'input[0].type'],
    ['responses', { input: [call] }, 'input'],
    ['responses', { input: [{ type: 'future_item' }, { type: 'function_call_output', call_id: 'c', output: 'x' }] }, 'input[1].call_id'],
    ['responses', { tools: [{ type: 'web_search' }, { type: 'function' }] }, 'tools[1].name'],
    ['responses', { background: true }, 'background'],
    ['gemini', { contents: [{ role: 'user', parts: [{ text: 1 }] }] }, 'contents[0].parts[0].text'],
    ['gemini', { generation_config: { temperature: 3 } }, 'generationConfig.temperature'],
    ['gemini', { contents: [geminiUser, { role: 'model', parts: [{ executableCode: {} }, { functionCall: { name: 'f' } }] }] }, 'contents[1]'],
    ['completions', { prompt: 5 }, 'prompt'],
    ['completions', { messages: [], messages_: 1, tools: [1] }, 'tools'],
    ['one-call', { prompt: '' }, 'prompt'],
  ])('in %s is refused at once: %j', (format, more, param) => {
    expect(() => read(format, more)).toThrow(refusal(param))
  })

  it('does not count where it is within what is unknown', () => {
    expect(() => read('chat', { messages: [{ role: 'narrator', content: { deep: [1] } }], tools: [{ type: 'hologram', function: 5 }] })).not.toThrow()
    expect(() => read('responses', { input: [{ type: 'future_item', call_id: 5, output: {} }] })).not.toThrow()
  })
})

it('results may come first where the conversation is kept', () => {
  const result = { role: 'tool', tool_call_id: '1', content: 'x' }
  expect(() => chatCompletions.read({ messages: [result] })).toThrow(refusal('messages[0].tool_call_id'))
  expect(chatCompletions.read({ messages: [result] }, { continues: true }).decode('x/y').prompt.messages).toMatchObject([{ role: 'tool' }])
})
