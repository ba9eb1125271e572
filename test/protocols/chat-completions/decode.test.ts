import type OpenAI from 'openai'
import { describe, expect, it } from 'vitest'
import { chatCompletions } from '../../../src/protocols/chat-completions/index.ts'
import type { DraftPrompt } from '../../../src/protocols/draft-prompt.ts'
import type { Decoded } from '../../../src/protocols/protocol.ts'
import type { AssistantMessage, Token } from '../../../src/core/prompt.ts'
import { wrapToken } from '../../../src/protocols/token-envelope.ts'
import { answered, result } from '../../support/messages.ts'

type Request = OpenAI.ChatCompletionCreateParams

const user = { role: 'user', content: 'Hi' } as const
const pixel = 'iVBORw0KGgo='

function decode(body: Record<string, unknown>): Decoded {
  return chatCompletions.decode(body, { resolveModel: (name) => name ?? 'a/default' })
}

function promptOf(request: Partial<Request>): DraftPrompt {
  return decode({ model: 'a/b', messages: [user], ...request }).prompt
}

const messagesOf = (messages: Request['messages']): DraftPrompt['messages'] => promptOf({ messages }).messages

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
      answered('I look.', { calls: [{ id: 'call_1', name: 'weather', arguments: '{"city": "Rome"}' }] }),
      result('call_1', 'Sunny'),
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
        { role: 'assistant', content: [...content], tool_calls: [{ id: '1', type: 'function', function: { name: 'x', arguments: '' } }] },
        { role: 'tool', tool_call_id: '1', content: [...content] },
      ]),
    ).toEqual([{ role: 'system', content: 'ab' }, answered('ab', { calls: [{ id: '1', name: 'x', arguments: '' }] }), result('1', 'ab')])
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
            { type: 'file', file: { file_data: `data:text/csv;base64,${Buffer.from('ä,b').toString('base64')}`, filename: 'a.csv' } },
            { type: 'image_url', image_url: { url: 'https://a.example/b.png' } },
          ],
        },
      ]),
    ).toEqual([
      {
        role: 'user',
        content: [
          { type: 'text', text: 'What is this?' },
          { type: 'file', param: 'messages[0].content[1]', mediaType: 'image/png', data: pixel },
          { type: 'file', param: 'messages[0].content[2]', mediaType: 'image/svg+xml', data: Buffer.from('<svg/>').toString('base64') },
          { type: 'file', param: 'messages[0].content[3]', mediaType: 'audio/mpeg', data: 'AAAA' },
          { type: 'file', param: 'messages[0].content[4]', mediaType: 'application/pdf', data: 'JVBERg==', filename: 'a.pdf' },
          { type: 'text', text: 'a.csv:\nä,b' },
          { type: 'remote-file', param: 'messages[0].content[6]', url: 'https://a.example/b.png' },
        ],
      },
    ])
  })

  it('of the assistant may lack content', () => {
    expect(messagesOf([{ role: 'assistant', content: '' }])).toEqual([answered('')])
    expect(messagesOf([{ role: 'assistant', refusal: 'No.' }])).toEqual([answered('No.')])
    expect(messagesOf([{ role: 'assistant', content: [{ type: 'refusal', refusal: 'No.' }] }])).toEqual([answered('No.')])
  })

  it.each(['reasoning_content', 'reasoning'])('of the assistant keep the %s that clients send back', (field) => {
    const messages = [{ role: 'assistant', content: 'A', [field]: 'B' }]
    expect(decode({ messages }).prompt.messages).toEqual([answered('A', { reasoning: 'B' })])
  })

  describe('of the assistant keep what its provider wants back', () => {
    const partsOf = (fields: object) => decode({ messages: [user, { role: 'assistant', content: 'So.', ...fields }] }).prompt.messages.slice(1)
    const token = (kind: Token['kind'], value: string): Token => ({ kind, value, origin: 'x/y' })
    const signature = token('signature', 'c2ln')
    const encrypted = token('encrypted', 'gAAA')
    const google = token('thought-signature', 'Zm9v')
    const text = { type: 'text', text: 'So.' }

    it('from the form in which it was told', () => {
      const reasoning_details = [
        { type: 'reasoning.text', text: 'Hm', index: 0 },
        { type: 'reasoning.text', text: '.', index: 0 },
        { type: 'reasoning.text', text: '', signature: wrapToken(signature), format: 'unknown', index: 0 },
        { type: 'reasoning.encrypted', data: wrapToken(token('redacted', 'cmVk')), index: 1 },
        { type: 'reasoning.text', text: 'Sum.', index: 2 },
        { type: 'reasoning.encrypted', data: wrapToken(encrypted), id: 'rs_1', index: 2 },
        { type: 'reasoning.encrypted', data: wrapToken(google, { part: 'text' }), index: 3 },
        { type: 'reasoning.encrypted', data: wrapToken(google, { part: 'tool-call', id: 'call_1' }), index: 4 },
        { type: 'reasoning.encrypted', data: `${wrapToken(google)}AAAA`, index: 5 },
      ]
      const tool_calls = [{ id: 'call_1', type: 'function', function: { name: 'now', arguments: '{}' } }]
      const messages = [
        user,
        { role: 'assistant', content: 'So.', reasoning_content: 'Hm.Sum.', reasoning_details, tool_calls },
        { role: 'tool', tool_call_id: 'call_1', content: '' },
      ]
      expect(decode({ messages }).prompt.messages[1]).toEqual({
        role: 'assistant',
        parts: [
          { type: 'reasoning', text: 'Hm.', token: signature },
          { type: 'reasoning', text: '', token: token('redacted', 'cmVk') },
          { type: 'reasoning', text: 'Sum.', token: encrypted },
          { ...text, token: google },
          { type: 'tool-call', id: 'call_1', name: 'now', arguments: '{}', token: google },
        ],
      })
    })

    it('though its text is only where it can be read', () => {
      const detail = (length: number, index: number) => ({
        type: 'reasoning.text',
        text: '',
        signature: wrapToken(signature, { part: 'reasoning', length }),
        index,
      })
      expect(partsOf({ reasoning_content: 'Hm.So.', reasoning_details: [detail(3, 0), detail(3, 1)] })).toEqual([
        { role: 'assistant', parts: [...['Hm.', 'So.'].map((thought) => ({ type: 'reasoning', text: thought, token: signature })), text] },
      ])
      const redacted = [{ type: 'reasoning.encrypted', data: wrapToken(encrypted), index: 0 }]
      expect(partsOf({ reasoning_content: 'Sum.', reasoning_details: redacted })).toEqual([
        { role: 'assistant', parts: [{ type: 'reasoning', text: 'Sum.', token: encrypted }, text] },
      ])
      const hidden = [{ ...detail(0, 0), signature: wrapToken(signature, { part: 'reasoning', text: 'Hidden.' }) }]
      expect(partsOf({ reasoning_details: hidden })).toEqual([{ role: 'assistant', parts: [{ type: 'reasoning', text: 'Hidden.', token: signature }, text] }])
    })

    it('though its text was joined with another, or lost a part', () => {
      const detail = (whole: string, length: number) => [
        { type: 'reasoning.text', text: whole, signature: wrapToken(signature, { part: 'reasoning', length }), index: 0 },
      ]
      expect(partsOf({ reasoning_details: detail('Hm.So.', 3) })).toEqual([
        { role: 'assistant', parts: [{ type: 'reasoning', text: 'Hm.', token: signature }, { type: 'reasoning', text: 'So.' }, text] },
      ])
      expect(partsOf({ reasoning_details: detail('Hm', 3) })).toEqual([answered('So.', { reasoning: 'Hm' })])
    })

    it('as the list that OpenRouter gave', () => {
      const list = [
        { type: 'reasoning.text', text: 'Hm.', signature: 'c2ln', format: 'anthropic-claude-v1', index: 0, new: [1] },
        { type: 'reasoning.encrypted', data: 'cmVk', id: null, format: 'anthropic-claude-v1', index: 1 },
      ]
      const [given] = list
      const pieces = [{ ...given, text: 'H', signature: null }, { ...given, text: 'm.', signature: null }, { ...given, text: '' }, list[1]]
      for (const reasoning_details of [list, pieces]) {
        const [message] = partsOf({ reasoning: 'Hm.', reasoning_details })
        expect(message).toMatchObject({ parts: [{ type: 'reasoning', text: 'Hm.', token: { kind: 'details' } }, text] })
        const value = (message as AssistantMessage).parts[0]!.token!.value
        expect(JSON.parse(value)).toEqual(list)
      }
    })

    it('of GitHub Copilot', () => {
      expect(partsOf({ reasoning_text: 'Hm.', reasoning_opaque: 'b3A=' })).toEqual([
        { role: 'assistant', parts: [{ type: 'reasoning', text: 'Hm.', token: { kind: 'opaque', value: 'b3A=' } }, text] },
      ])
    })

    it('and nothing of a list that has only texts', () => {
      const reasoning_details = [{ type: 'reasoning.text', text: 'Hm.', index: 0 }]
      expect(partsOf({ reasoning_details })).toEqual([answered('So.', { reasoning: 'Hm.' })])
      expect(partsOf({ reasoning: 'Hm.', reasoning_details: null, reasoning_opaque: '' })).toEqual([answered('So.', { reasoning: 'Hm.' })])
    })
  })

  it('carry megabytes byte for byte', () => {
    const content = '🙂 -- "$(x)" \u0001\n'.repeat(100_000)
    expect(messagesOf([{ role: 'user', content }])).toEqual([{ role: 'user', content: [{ type: 'text', text: content }] }])
    const data = 'A'.repeat(30_000_000)
    const url = `data:image/png;base64,${data}`
    expect(messagesOf([{ role: 'user', content: [{ type: 'image_url', image_url: { url } }] }])).toMatchObject([{ content: [{ data }] }])
  })
})

describe('tools', () => {
  const parameters = { type: 'object', properties: { city: { type: 'string' } }, $defs: { x: true } }
  const tools: Request['tools'] = [
    { type: 'function', function: { name: 'weather', description: 'Tells the weather', parameters, strict: true } },
    { type: 'function', function: { name: 'now' } },
  ]

  it('are carried exactly as sent', () => {
    expect(promptOf({ tools }).tools).toEqual([{ name: 'weather', description: 'Tells the weather', parameters, strict: true }, { name: 'now' }])
  })

  it.each([
    [undefined, { type: 'auto' }],
    ['none' as const, { type: 'none' }],
    ['required' as const, { type: 'required' }],
    [{ type: 'function', function: { name: 'now' } } as const, { type: 'tool', name: 'now' }],
  ])('may be chosen by %j', (choice, expected) => {
    expect(promptOf({ tools, ...(choice && { tool_choice: choice }) }).toolChoice).toEqual(expected)
  })

  it('may be restricted to some of them', () => {
    const allowed = { mode: 'required', tools: [{ type: 'function', function: { name: 'now' } }] } as const
    const { tools: left, toolChoice } = promptOf({ tools, tool_choice: { type: 'allowed_tools', allowed_tools: { ...allowed, tools: [...allowed.tools] } } })
    expect(left.map(({ name }) => name)).toEqual(['now'])
    expect(toolChoice).toEqual({ type: 'required' })
  })

  it.each(['auto', 'none'] as const)('need not exist for the choice %s', (choice) => {
    expect(promptOf({ tool_choice: choice }).toolChoice).toEqual({ type: choice })
  })
})

describe('parameters', () => {
  it('are those that the client sent', () => {
    expect(promptOf({}).parameters).toEqual({})
    const request: Partial<Request> & Record<string, unknown> = {
      temperature: 0,
      top_p: 0.5,
      top_k: 40,
      reasoning: { max_tokens: 3333, exclude: true },
      max_completion_tokens: 20,
      stop: ['a', 'b'],
      seed: 0,
      presence_penalty: -2,
      frequency_penalty: 2,
      logit_bias: { 50256: -100 },
      logprobs: true,
      top_logprobs: 3,
      reasoning_effort: 'low',
      verbosity: 'high',
      parallel_tool_calls: true,
      tools: [{ type: 'function', function: { name: 'now' } }],
      user: 'me',
      metadata: { a: 'b' },
      store: true,
      service_tier: 'flex',
      prediction: { type: 'content', content: 'x' },
      modalities: ['text', 'audio'],
    }
    expect(promptOf(request).parameters).toEqual({
      temperature: 0,
      topP: 0.5,
      topK: 40,
      reasoningBudget: 3333,
      reasoningDisplay: 'none',
      maxOutputTokens: 20,
      stop: ['a', 'b'],
      seed: 0,
      presencePenalty: -2,
      frequencyPenalty: 2,
      logitBias: { 50256: -100 },
      logprobs: 3,
      reasoningEffort: 'low',
      verbosity: 'high',
      parallelToolCalls: true,
      user: 'me',
      metadata: { a: 'b' },
      store: true,
      serviceTier: 'flex',
      prediction: { type: 'content', content: 'x' },
      modalities: ['text', 'audio'],
    })
  })

  it('may come in their older forms', () => {
    expect(promptOf({ max_tokens: 10 }).parameters).toEqual({ maxOutputTokens: 10 })
    expect(promptOf({ max_tokens: 10, max_completion_tokens: 20 }).parameters).toEqual({ maxOutputTokens: 20 })
    expect(promptOf({ stop: 'a' }).parameters).toEqual({ stop: ['a'] })
    expect(promptOf({ logprobs: true }).parameters).toEqual({ logprobs: 0 })
  })

  it.each([
    [{ reasoning: { effort: 'high' } }, { reasoningEffort: 'high' }],
    [{ reasoning: { effort: 'high' }, reasoning_effort: 'low' }, { reasoningEffort: 'low' }],
    [{ reasoning: { enabled: false } }, { reasoningMode: 'disabled' }],
    [{ reasoning: { max_tokens: 0 } }, { reasoningMode: 'disabled' }],
    [{ reasoning: { enabled: true, exclude: false } }, {}],
  ])('may be in the form of OpenRouter: %j', (fields, parameters) => {
    expect(decode({ messages: [user], ...fields }).prompt.parameters).toEqual(parameters)
  })

  it.each<Record<string, unknown>>([
    { n: 1 },
    { stop: null },
    { stop: [] },
    { stop: '' },
    { logprobs: false, top_logprobs: 0 },
    { presence_penalty: 0, frequency_penalty: 0 },
    { logit_bias: {} },
    { logit_bias: null },
    { store: false },
    { service_tier: 'auto' },
    { modalities: ['text'] },
    { parallel_tool_calls: true },
    { parallel_tool_calls: false, tools: [] },
    { response_format: { type: 'text' } },
    { tool_choice: 'auto' },
    { prediction: null },
    { metadata: {} },
    { user: '' },
    { seed: null, temperature: null, max_tokens: null, reasoning_effort: null, verbosity: null },
  ])('that ask for nothing are left out: %j', (fields) => {
    const { prompt, choices, ignored } = decode({ messages: [user], ...fields })
    expect(prompt).toEqual({
      model: 'a/default',
      messages: [{ role: 'user', content: [{ type: 'text', text: 'Hi' }] }],
      tools: [],
      toolChoice: { type: 'auto' },
      output: { type: 'text' },
      parameters: {},
    })
    expect({ choices, ignored }).toEqual({ choices: 1, ignored: [] })
  })

  it('say what the text of the answer must be', () => {
    const schema = { type: 'object' }
    expect(promptOf({ response_format: { type: 'json_object' } }).output).toEqual({ type: 'json' })
    expect(promptOf({ response_format: { type: 'json_schema', json_schema: { name: 'a', schema } } }).output).toEqual({
      type: 'json-schema',
      name: 'a',
      schema,
      strict: false,
    })
    expect(promptOf({ response_format: { type: 'json_schema', json_schema: { name: 'a', description: 'b', schema, strict: true } } }).output).toEqual({
      type: 'json-schema',
      name: 'a',
      description: 'b',
      schema,
      strict: true,
    })
  })

  it('have a schema of the answer also where other servers than OpenAI’s take it', () => {
    const outputOf = (response_format: any) => promptOf({ response_format }).output
    const schema = { type: 'object', properties: { city: { type: 'string' } } }
    for (const type of ['json_object', 'json_schema'])
      expect(outputOf({ type, schema })).toEqual({ type: 'json-schema', name: 'response', schema, strict: false })
    expect(outputOf({ type: 'json_object', schema: null })).toEqual({ type: 'json' })
    expect(() => outputOf({ type: 'json_schema' })).toThrow("Missing required parameter: 'response_format.json_schema'")
  })

  it('say how many answers are wanted', () => {
    expect(decode({ messages: [user], n: 3 }).choices).toBe(3)
  })

  it('that a prompt has no place for are told', () => {
    const image = { type: 'image_url', image_url: { url: `data:image/png;base64,${pixel}`, detail: 'high' } }
    const messages = [{ role: 'user', name: 'Ada', content: [image] }]
    expect(decode({ messages, min_p: 3, future: null, 'bad name': 1 }).ignored).toEqual(['min_p', '*', 'messages.content.image_url.detail'])
    const many = Object.fromEntries(Array.from({ length: 1000 }, (_, index) => [`field_${index}`, 1]))
    expect(decode({ messages: [user], ...many }).ignored).toHaveLength(20)
  })

  it('may be null or unknown', () => {
    const body = { messages: [user], model: null, temperature: null, stream: null, stream_options: null, tools: null, n: null, stop: null, future: 1 }
    expect(decode(body)).toMatchObject({ stream: false, prompt: { model: 'a/default', tools: [], parameters: {} } })
  })

  it('tell whether to stream', () => {
    expect(decode({ messages: [user], stream: true }).stream).toBe(true)
    expect(decode({ messages: [user] }).stream).toBe(false)
  })
})

describe('what is not a request', () => {
  const content = (part: unknown): unknown => ({ messages: [user, { role: 'user', content: [{ type: 'text', text: 'x' }, part] }] })
  const image = (url: string): unknown => content({ type: 'image_url', image_url: { url } })
  const file = (url: string): unknown => content({ type: 'file', file: { file_data: url } })
  const named = (name: string): unknown => ({ type: 'function', function: { name } })
  const tools = [named('now')]
  const calls = (...ids: string[]): unknown => ({
    role: 'assistant',
    tool_calls: ids.map((id) => ({ id, type: 'function', function: { name: 'x', arguments: '{}' } })),
  })
  const result = (id: string): unknown => ({ role: 'tool', tool_call_id: id, content: 'x' })

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
    ['messages[1].content[1].image_url.url', image('data:application/pdf;base64,AAAA'), 'invalid_value', "a part of type 'file'"],
    ['messages[1].content[1].image_url.url', image('/tmp/secret.png'), 'invalid_value', 'is not a data URL'],
    ['messages[1].content[1].image_url.url', image('data:;base64,secret'), 'invalid_value', 'media type'],
    ['messages[1].content[1].image_url.url', image('data:image/png;base64,se!cret'), 'invalid_value', 'is not base64'],
    ['messages[1].content[1].image_url.url', image('data:image/png;base64,'), 'invalid_value', 'is empty'],
    ['messages[1].content[1].image_url.url', image('data:image/svg+xml,%secret'), 'invalid_value', 'percent-encoded'],
    [
      'messages[1].content[1].input_audio.format',
      content({ type: 'input_audio', input_audio: { data: 'AA', format: 'ogg' } }),
      'invalid_value',
      "'wav', 'mp3'",
    ],
    ['messages[1].content[1].file.file_id', content({ type: 'file', file: { file_id: 'secret' } }), 'unsupported_value', 'file_data'],
    ['messages[1].content[1].file.file_data', content({ type: 'file', file: {} }), 'missing_required_parameter', 'file_data'],
    ['messages[0].tool_call_id', { messages: [{ role: 'tool', content: 'x' }] }, 'missing_required_parameter', 'Expected a string.'],
    ['stream', { messages: [user], stream: 'yes' }, 'invalid_type', 'got a string. Expected a boolean.'],
    ['temperature', { messages: [user], temperature: 'hot' }, 'invalid_type', 'Expected a number.'],
    ['max_tokens', { messages: [user], max_tokens: 1.5 }, 'invalid_type', 'got 1.5. Expected an integer.'],
    ['max_tokens', { messages: [user], max_tokens: 0 }, 'invalid_value', 'got 0. Expected at least 1.'],
    ['messages[1].content[1].file.file_data', file('https://a.example/secret.pdf'), 'invalid_value', 'is not a data URL'],
    ['messages[1].content[1]', file('data:application/zip;base64,AAAA'), 'unsupported_value', 'application/zip'],
    ['messages[1].content[1]', file('data:text/plain;base64,gA=='), 'invalid_value', 'UTF-8'],
    ['messages[0].content', { messages: [{ role: 'user', content: '' }] }, 'invalid_value', 'empty'],
    ['messages[1].content', { messages: [user, { role: 'user', content: [{ type: 'text', text: '' }] }] }, 'invalid_value', 'empty'],
    ['messages[1].tool_call_id', { messages: [user, result('1')] }, 'invalid_value', 'preceding message'],
    ['messages[2].tool_call_id', { messages: [user, calls('1'), result('2')] }, 'invalid_value', 'preceding message'],
    ['messages[3].tool_call_id', { messages: [user, calls('1'), result('1'), result('1')] }, 'invalid_value', 'preceding message'],
    ['messages[4].tool_call_id', { messages: [user, calls('1'), result('1'), user, result('1')] }, 'invalid_value', 'preceding message'],
    ['messages[1].tool_calls', { messages: [user, calls('1', '2'), result('2'), user] }, 'invalid_value', 'did not have response messages: 1'],
    ['messages[1].tool_calls', { messages: [user, calls('1')] }, 'invalid_value', 'did not have response messages: 1'],
    ['messages[1].tool_calls[1].id', { messages: [user, calls('1', '1')] }, 'invalid_value', 'same id'],
    ['messages[0].role', { messages: [{ role: 'function', name: 'x', content: 'y' }] }, 'invalid_value', "'tool'"],
    ['functions', { messages: [user], functions: [{ name: 'f' }] }, 'unsupported_parameter', "Use 'tools'"],
    ['function_call', { messages: [user], function_call: { name: 'f' } }, 'unsupported_parameter', "Use 'tool_choice'"],
    ['temperature', { messages: [user], temperature: 2.1 }, 'invalid_value', 'at most 2.'],
    ['top_p', { messages: [user], top_p: -1 }, 'invalid_value', 'at least 0.'],
    ['n', { messages: [user], n: 0 }, 'invalid_value', 'at least 1.'],
    ['n', { messages: [user], n: 17 }, 'invalid_value', 'at most 16.'],
    ['presence_penalty', { messages: [user], presence_penalty: 3 }, 'invalid_value', 'at most 2.'],
    ['frequency_penalty', { messages: [user], frequency_penalty: -3 }, 'invalid_value', 'at least -2.'],
    ['logit_bias.42', { messages: [user], logit_bias: { 42: 101 } }, 'invalid_value', 'at most 100.'],
    ['top_logprobs', { messages: [user], logprobs: true, top_logprobs: 21 }, 'invalid_value', 'at most 20.'],
    ['top_logprobs', { messages: [user], top_logprobs: 2 }, 'invalid_value', "needs 'logprobs'"],
    ['verbosity', { messages: [user], verbosity: 'chatty' }, 'invalid_value', "'low', 'medium', 'high'"],
    ['metadata.a', { messages: [user], metadata: { a: 1 } }, 'invalid_type', 'a string.'],
    ['stop', { messages: [user], stop: ['a', 'b', 'c', 'd', 'e'] }, 'invalid_value', 'at most 4 elements.'],
    ['stop[1]', { messages: [user], stop: ['a', 3] }, 'invalid_type', 'Expected a string.'],
    ['stop', { messages: [user], stop: 3 }, 'invalid_type', 'Expected a string or an array.'],
    ['response_format.type', { messages: [user], response_format: { type: 'xml' } }, 'invalid_value', "'json_schema'"],
    ['response_format.json_schema', { messages: [user], response_format: { type: 'json_schema' } }, 'missing_required_parameter', 'an object.'],
    [
      'response_format.json_schema.schema',
      { messages: [user], response_format: { type: 'json_schema', json_schema: { name: 'a' } } },
      'missing_required_parameter',
      '',
    ],
    [
      'response_format.json_schema.name',
      { messages: [user], response_format: { type: 'json_schema', json_schema: { name: 'a b', schema: {} } } },
      'invalid_value',
      '1 to 64',
    ],
    ['tools[0].function.name', { messages: [user], tools: [named('a.b')] }, 'invalid_value', '1 to 64'],
    ['tools[1].function.name', { messages: [user], tools: [named('a'), named('b'.repeat(65))] }, 'invalid_value', '1 to 64'],
    ['tools[2].function.name', { messages: [user], tools: [named('a'), named('b'), named('a')] }, 'invalid_value', 'same name'],
    ['tools', { messages: [user], tools: {} }, 'invalid_type', 'Expected an array.'],
    ['tools[0].type', { messages: [user], tools: [{ type: 'hologram' }] }, 'invalid_value', "got 'hologram'. Expected one of 'function', 'custom'."],
    ['tools[0].function.name', { messages: [user], tools: [{ type: 'function', function: {} }] }, 'missing_required_parameter', ''],
    [
      'tools[0].function.parameters',
      { messages: [user], tools: [{ type: 'function', function: { name: 'x', parameters: [] } }] },
      'invalid_type',
      'Expected an object.',
    ],
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
