import type Anthropic from '@anthropic-ai/sdk'
import { describe, expect, it } from 'vitest'
import type { BridgeError } from '../../../src/core/errors.ts'
import type { Token } from '../../../src/core/prompt.ts'
import type { DraftPrompt } from '../../../src/protocols/draft-prompt.ts'
import { messages as protocol } from '../../../src/protocols/messages/index.ts'
import type { Decoded } from '../../../src/protocols/protocol.ts'
import { wrapToken } from '../../../src/protocols/token-envelope.ts'
import { answered, result as resultOf } from '../../support/messages.ts'

type Request = Anthropic.MessageCreateParams

const user = { role: 'user', content: 'Hi' } as const
const pixel = 'iVBORw0KGgo='
const pdf = 'JVBERg=='

function decode(body: Record<string, unknown>): Decoded {
  return protocol.decode(body, { resolveModel: (name) => name ?? 'a/default' })
}

function promptOf(request: Partial<Request>): DraftPrompt {
  return decode({ model: 'a/b', max_tokens: 10, messages: [user], ...request }).prompt
}

const messagesOf = (messages: Request['messages']): DraftPrompt['messages'] => promptOf({ messages }).messages

function errorOf(body: Record<string, unknown>): BridgeError {
  try {
    decode({ model: 'a/b', max_tokens: 10, messages: [user], ...body })
  } catch (error) {
    return error as BridgeError
  }
  throw new Error('was accepted')
}

const call = (id: string, input = {}) => ({ type: 'tool_use', id, name: 'read', input }) as const
const result = (id: string, content?: Anthropic.ToolResultBlockParam['content']) =>
  ({ type: 'tool_result', tool_use_id: id, ...(content !== undefined && { content }) }) as const
const image = { type: 'image', source: { type: 'base64', media_type: 'image/png', data: pixel } } as const

describe('the system prompt', () => {
  const systemOf = (system: Request['system']) => promptOf({ ...(system !== undefined && { system }) }).messages.filter(({ role }) => role === 'system')

  it('is one message at the head, whatever its form', () => {
    expect(systemOf('Be brief.')).toEqual([{ role: 'system', content: 'Be brief.' }])
    const blocks = [
      { type: 'text', text: 'Be brief.', cache_control: { type: 'ephemeral' } },
      { type: 'text', text: 'Be kind.' },
    ] as const
    expect(systemOf([...blocks].toReversed())).toEqual([{ role: 'system', content: 'Be kind.\n\nBe brief.', cache: {} }])
    // Behind a breakpoint there must be another.
    expect(systemOf([...blocks])).toEqual([
      { role: 'system', content: 'Be brief.', cache: {} },
      { role: 'system', content: 'Be kind.' },
    ])
    expect([systemOf(undefined), systemOf(''), systemOf([])]).toEqual([[], [], []])
  })

  it('lacks the note of Claude Code that differs with every request', () => {
    const note = 'x-anthropic-billing-header: cc_version=2.1.117.48f; cc_entrypoint=cli; cch=71fea;'
    expect(
      systemOf([
        { type: 'text', text: note },
        { type: 'text', text: 'You are Claude Code.' },
      ]),
    ).toEqual([{ role: 'system', content: 'You are Claude Code.' }])
    expect(systemOf(`${note}\nYou are Claude Code.`)).toEqual([{ role: 'system', content: 'You are Claude Code.' }])
  })

  it('may go on among the messages', () => {
    expect(messagesOf([user, { role: 'system', content: [{ type: 'text', text: 'In Celsius.' }] }, user])).toEqual([
      { role: 'user', content: [{ type: 'text', text: 'Hi' }] },
      { role: 'system', content: 'In Celsius.' },
      { role: 'user', content: [{ type: 'text', text: 'Hi' }] },
    ])
  })

  it('forgets messages that the user’s next one clears', () => {
    const note = (content: string) => ({ role: 'system', content, clear_at: 'next_user_message' })
    const body = {
      max_tokens: 1,
      messages: [user, note('old'), { role: 'assistant', content: 'Ho' }, { role: 'system', output_config: { effort: 'low' } }, user, note('new')],
    }
    expect(decode(body).prompt.messages.filter(({ role }) => role === 'system')).toEqual([{ role: 'system', content: 'new' }])
  })
})

describe('messages', () => {
  it('keep roles, order, ids and thinking', () => {
    expect(
      messagesOf([
        { role: 'user', content: 'Read a' },
        {
          role: 'assistant',
          content: [
            { type: 'thinking', thinking: 'Hm.', signature: 'abc' },
            { type: 'redacted_thinking', data: 'xyz' },
            { type: 'text', text: 'I read.' },
            call('toolu_1', { path: 'a', n: 1 }),
          ],
        },
        {
          role: 'user',
          content: [
            result('toolu_1', [
              { type: 'text', text: 'A' },
              { type: 'text', text: 'B' },
            ]),
          ],
        },
        { role: 'assistant', content: 'It says' },
      ]),
    ).toEqual([
      { role: 'user', content: [{ type: 'text', text: 'Read a' }] },
      {
        role: 'assistant',
        parts: [
          { type: 'reasoning', text: 'Hm.', token: { kind: 'signature', value: 'abc' } },
          { type: 'reasoning', text: '', token: { kind: 'redacted', value: 'xyz' } },
          ...answered('I read.', { calls: [{ id: 'toolu_1', name: 'read', arguments: '{"path":"a","n":1}' }] }).parts,
        ],
      },
      {
        role: 'tool',
        toolCallId: 'toolu_1',
        content: [
          { type: 'text', text: 'A' },
          { type: 'text', text: 'B' },
        ],
      },
      answered('It says'),
    ])
  })

  it('of one role in a row are one turn', () => {
    expect(
      messagesOf([
        user,
        { role: 'user', content: 'there' },
        { role: 'assistant', content: 'One' },
        { role: 'assistant', content: [{ type: 'text', text: 'T' }, { type: 'text', text: 'wo' }, call('1')] },
        { role: 'assistant', content: [call('2')] },
        { role: 'user', content: [result('2', 'b')] },
        { role: 'user', content: [result('1', 'a'), { type: 'text', text: 'Go on' }] },
      ]),
    ).toEqual([
      {
        role: 'user',
        content: [
          { type: 'text', text: 'Hi' },
          { type: 'text', text: 'there' },
        ],
      },
      {
        role: 'assistant',
        parts: [
          ...['One\n\n', 'T', 'wo'].map((text) => ({ type: 'text', text })),
          ...['1', '2'].map((id) => ({ type: 'tool-call', id, name: 'read', arguments: '{}' })),
        ],
      },
      resultOf('2', 'b'),
      resultOf('1', 'a'),
      { role: 'user', content: [{ type: 'text', text: 'Go on' }] },
    ])
  })

  it('carry images and documents', () => {
    const content: Anthropic.ContentBlockParam[] = [
      { type: 'text', text: 'See' },
      { type: 'text', text: '' },
      image,
      { type: 'image', source: { type: 'url', url: 'https://a.example/b.png' } },
      { type: 'image', source: { type: 'url', url: `data:image/PNG;base64,${pixel}` } },
      { type: 'document', title: 'a.pdf', context: 'Of 2024', source: { type: 'base64', media_type: 'application/pdf', data: pdf } },
      { type: 'document', source: { type: 'url', url: 'https://a.example/b.pdf' } },
      { type: 'document', title: 'Notes', source: { type: 'text', media_type: 'text/plain', data: 'milk' } },
      { type: 'document', source: { type: 'content', content: [{ type: 'text', text: 'eggs' }, image] } },
      { type: 'search_result', source: 'a.example', title: 'Found', content: [{ type: 'text', text: 'this' }] },
    ]
    const at = (index: number) => `messages[0].content[${index}]`
    expect(messagesOf([{ role: 'user', content }])).toEqual([
      {
        role: 'user',
        content: [
          { type: 'text', text: 'See' },
          { type: 'file', param: at(2), mediaType: 'image/png', data: pixel },
          { type: 'remote-file', param: at(3), url: 'https://a.example/b.png' },
          { type: 'file', param: at(4), mediaType: 'image/png', data: pixel },
          { type: 'text', text: 'Of 2024' },
          { type: 'file', param: at(5), mediaType: 'application/pdf', data: pdf, filename: 'a.pdf' },
          { type: 'remote-file', param: at(6), url: 'https://a.example/b.pdf' },
          { type: 'text', text: 'Notes:\nmilk' },
          { type: 'text', text: 'eggs' },
          { type: 'file', param: `${at(8)}.source.content[1]`, mediaType: 'image/png', data: pixel },
          { type: 'text', text: 'Found (a.example)\nthis' },
        ],
      },
    ])
  })

  it('of tools may hold files, errors, names of tools, or nothing', () => {
    expect(
      messagesOf([
        user,
        { role: 'assistant', content: [call('1'), call('2'), call('3'), call('4')] },
        {
          role: 'user',
          content: [
            result('1', [{ type: 'text', text: 'Shot:' }, image]),
            { ...result('2', 'No such file'), is_error: true },
            { ...result('3', '<tool_use_error>File not read</tool_use_error>'), is_error: true },
            result('4'),
          ],
        },
        { role: 'assistant', content: [call('5')] },
        { role: 'user', content: [result('5', [{ type: 'tool_reference', tool_name: 'grep' }])] },
      ]).slice(2),
    ).toEqual([
      {
        role: 'tool',
        toolCallId: '1',
        content: [
          { type: 'text', text: 'Shot:' },
          { type: 'file', param: 'messages[2].content[0].content[1]', mediaType: 'image/png', data: pixel },
        ],
      },
      { ...resultOf('2', 'No such file'), isError: true },
      { ...resultOf('3', '<tool_use_error>File not read</tool_use_error>'), isError: true },
      { role: 'tool', toolCallId: '4', content: [] },
      answered('', { calls: [{ id: '5', name: 'read', arguments: '{}' }] }),
      resultOf('5', "The tool 'grep' is available."),
    ])
  })

  it('of the assistant keep their tokens, those of other parts than thoughts too', () => {
    const token: Token = { kind: 'thought-signature', value: 'Zm9v', origin: 'google/gemini' }
    const signed = (signature: string, thinking = '') => ({ type: 'thinking', thinking, signature }) as const
    const content = [
      signed(wrapToken({ kind: 'encrypted', value: 'gAAA', id: 'rs_1', origin: 'openai/gpt' }), 'Sum.'),
      { type: 'redacted_thinking', data: wrapToken({ ...token, kind: 'redacted' }) } as const,
      call('1'),
      signed(wrapToken(token, { part: 'tool-call', id: '1' })),
      signed('', 'Hm.'),
      { type: 'text', text: 'So.' } as const,
      signed(wrapToken(token, { part: 'text' })),
      signed(wrapToken(token, { part: 'text' })),
      signed(`${wrapToken(token)}A`, 'Damaged'),
      signed(`${wrapToken(token)}A`),
    ]
    expect(messagesOf([user, { role: 'assistant', content }, { role: 'user', content: [result('1', 'a')] }])[1]).toEqual({
      role: 'assistant',
      parts: [
        { type: 'reasoning', text: 'Sum.', token: { kind: 'encrypted', value: 'gAAA', id: 'rs_1', origin: 'openai/gpt' } },
        { type: 'reasoning', text: '', token: { ...token, kind: 'redacted' } },
        { type: 'tool-call', id: '1', name: 'read', arguments: '{}', token },
        { type: 'reasoning', text: 'Hm.' },
        { type: 'text', text: 'So.', token },
        { type: 'text', text: '', token },
        { type: 'reasoning', text: 'Damaged' },
      ],
    })
  })

  it('say where the provider is to keep what it has read', () => {
    const cache_control = { type: 'ephemeral', ttl: '1h' } as const
    const hour = { cache: { ttl: '1h' } }
    const messages: Request['messages'] = [
      { role: 'user', content: [{ type: 'text', text: 'Read', cache_control: { type: 'ephemeral' } }] },
      {
        role: 'assistant',
        content: [
          { type: 'text', text: 'I read.', cache_control },
          { ...call('1'), cache_control },
        ],
      },
      {
        role: 'user',
        content: [
          { ...result('1', [{ type: 'text', text: 'A', cache_control }, image]), cache_control },
          { ...image, cache_control: null },
        ],
      },
    ]
    const [first, said, read, shown] = messagesOf(messages)
    expect(first).toEqual({ role: 'user', content: [{ type: 'text', text: 'Read', cache: {} }] })
    expect(said).toMatchObject({ parts: [hour, { type: 'tool-call', ...hour }] })
    expect(read).toMatchObject({ role: 'tool', content: [hour, { type: 'file' }], ...hour })
    expect(shown).not.toHaveProperty('content[0].cache')
    const whole = promptOf({ messages, cache_control })
    expect(whole.messages.at(-1)).toMatchObject({ content: [hour] })
  })

  it('of the assistant with nothing that can be carried are left out', () => {
    const foreign = { role: 'assistant', content: [{ type: 'server_tool_use', id: 's', name: 'web_search', input: {} }] }
    const decoded = decode({ model: 'a/b', max_tokens: 1, messages: [user, foreign] })
    expect(decoded.prompt.messages).toHaveLength(1)
    expect(decoded.ignored).toEqual(['messages.content.server_tool_use'])
  })

  it('carry megabytes byte for byte', () => {
    const content = '🙂 -- "$(x)" \u0001\n'.repeat(100_000)
    expect(messagesOf([{ role: 'user', content }])).toEqual([{ role: 'user', content: [{ type: 'text', text: content }] }])
    const data = 'A'.repeat(30_000_000)
    expect(messagesOf([{ role: 'user', content: [{ ...image, source: { ...image.source, data } }] }])).toMatchObject([{ content: [{ data }] }])
  })
})

describe('tools', () => {
  const schema = { type: 'object', properties: { city: { type: 'string' } }, $defs: { x: true } } as const
  const tools: Anthropic.ToolUnion[] = [
    { name: 'weather', description: 'Tells the weather', input_schema: schema, strict: true, cache_control: { type: 'ephemeral' } },
    { name: 'now', type: 'custom', input_schema: { type: 'object' } },
  ]
  const hosted: Anthropic.ToolUnion[] = [
    { type: 'web_search_20250305', name: 'web_search' },
    { type: 'bash_20250124', name: 'bash' },
    { type: 'computer_toolset_20260801' } as Anthropic.ToolUnion,
  ]

  it('are carried exactly as sent', () => {
    expect(promptOf({ tools }).tools).toEqual([
      { name: 'weather', description: 'Tells the weather', parameters: schema, strict: true, cache: {} },
      { name: 'now', parameters: { type: 'object' } },
    ])
  })

  it('of Anthropic are left out, and named', () => {
    const decoded = decode({ max_tokens: 1, messages: [user], tools: [...hosted, ...tools] })
    expect(decoded.prompt.tools.map(({ name }) => name)).toEqual(['weather', 'now'])
    expect(decoded.ignored).toEqual(['tools.web_search_20250305', 'tools.bash_20250124', 'tools.computer_toolset_20260801'])
  })

  it.each([
    [undefined, { type: 'auto' }, undefined],
    [{ type: 'auto' }, { type: 'auto' }, undefined],
    [{ type: 'any', disable_parallel_tool_use: true }, { type: 'required' }, false],
    [{ type: 'none' }, { type: 'none' }, undefined],
    [{ type: 'tool', name: 'now', disable_parallel_tool_use: false }, { type: 'tool', name: 'now' }, undefined],
  ] as const)('may be chosen by %j', (choice, expected, parallel) => {
    const prompt = promptOf({ tools, ...(choice && { tool_choice: choice }) })
    expect(prompt.toolChoice).toEqual(expected)
    expect(prompt.parameters.parallelToolCalls).toBe(parallel)
  })

  it.each([
    ['of Anthropic', { tools: hosted, tool_choice: { type: 'tool', name: 'web_search' } }, 'tool_choice.name', 'unsupported_value'],
    ['when there are only those of Anthropic', { tools: hosted, tool_choice: { type: 'any' } }, 'tool_choice', 'invalid_value'],
    ['that was not sent', { tools, tool_choice: { type: 'tool', name: 'x' } }, 'tool_choice.name', 'invalid_value'],
    ['of none', { tool_choice: { type: 'any' } }, 'tool_choice', 'invalid_value'],
  ])('cannot be demanded: one %s', (_, body, param, code) => {
    expect(errorOf(body)).toMatchObject({ status: 400, param, code })
  })

  it.each([
    [[tools[0], tools[0]], 'tools[1].name', 'another tool has the same name'],
    [[{ name: 'a b', input_schema: {} }], 'tools[0].name', 'Expected 1 to 128 letters'],
    [[{ name: 'a' }], 'tools[0].input_schema', 'Missing required parameter'],
    [[{ name: 'a', type: 'custom' }], 'tools[0].input_schema', 'Missing required parameter'],
  ])('are refused: %j', (sent, param, message) => {
    expect(errorOf({ tools: sent })).toMatchObject({ status: 400, param, message: expect.stringContaining(message) })
  })
})

describe('parameters', () => {
  it('are those that the client sent', () => {
    expect(promptOf({}).parameters).toEqual({ maxOutputTokens: 10 })
    const request = { temperature: 0, top_p: 0.5, top_k: 40, stop_sequences: ['END', ''], metadata: { user_id: 'u-1' }, service_tier: 'standard_only' } as const
    expect(promptOf({ ...request, stop_sequences: [...request.stop_sequences] }).parameters).toEqual({
      maxOutputTokens: 10,
      temperature: 0,
      topP: 0.5,
      topK: 40,
      stop: ['END'],
      user: 'u-1',
      serviceTier: 'default',
    })
  })

  it('that ask for nothing are absent', () => {
    const body = {
      max_tokens: 10,
      messages: [user],
      model: null,
      temperature: null,
      stream: null,
      tools: null,
      tool_choice: null,
      stop_sequences: [],
      system: null,
      metadata: {},
      service_tier: 'auto',
    }
    expect(decode(body)).toMatchObject({
      stream: false,
      ignored: [],
      choices: 1,
      prompt: { model: 'a/default', tools: [], parameters: { maxOutputTokens: 10 } },
    })
    expect(Object.keys(decode(body).prompt.parameters)).toEqual(['maxOutputTokens'])
  })

  it.each([
    [{ thinking: { type: 'enabled', budget_tokens: 1024 } }, { reasoningBudget: 1024 }],
    [{ thinking: { type: 'enabled', budget_tokens: 31_999, display: 'omitted' } }, { reasoningBudget: 31_999, reasoningDisplay: 'none' }],
    [
      { thinking: { type: 'enabled', budget_tokens: 31_999 }, output_config: { effort: 'max' } },
      { reasoningBudget: 31_999, reasoningEffort: 'max' },
    ],
    [
      { thinking: { type: 'adaptive' }, output_config: { effort: 'medium' } },
      { reasoningMode: 'adaptive', reasoningEffort: 'medium' },
    ],
    [{ thinking: { type: 'adaptive', display: 'summarized' } }, { reasoningMode: 'adaptive', reasoningDisplay: 'auto' }],
    [{ thinking: { type: 'adaptive', display: null } }, { reasoningMode: 'adaptive' }],
    [
      { thinking: { type: 'disabled' }, output_config: { effort: 'high' } },
      { reasoningMode: 'disabled', reasoningEffort: 'high' },
    ],
    [{ output_config: { effort: 'low' } }, { reasoningEffort: 'low' }],
  ])('say how much is to be thought: %j', (body, parameters) => {
    const decoded = decode({ max_tokens: 10, messages: [user], ...body })
    expect(decoded.prompt.parameters).toEqual({ maxOutputTokens: 10, ...parameters })
    expect(decoded.ignored).toEqual([])
  })

  it('hold no id of a user that providers refuse', () => {
    const id = JSON.stringify({ device_id: 'd'.repeat(64), account_uuid: 'a', session_id: 's' })
    const { user: name } = promptOf({ metadata: { user_id: id } }).parameters
    expect(name).toMatch(/^[0-9a-f]{64}$/)
    expect(promptOf({ metadata: { user_id: id } }).parameters.user).toBe(name)
    expect(promptOf({ metadata: { user_id: null } }).parameters).not.toHaveProperty('user')
  })

  it('name what has no effect', () => {
    const body = {
      max_tokens: 10,
      messages: [
        { role: 'user', content: [{ type: 'document', citations: { enabled: true }, source: { type: 'text', media_type: 'text/plain', data: 'a' } }] },
      ],
      top_a: 5,
      context_management: { edits: [{ type: 'clear_tool_uses_20250919' }] },
      container: null,
      'a b': 1,
      cache_control: { type: 'ephemeral' },
      thinking: { type: 'between_tools' },
    }
    expect(decode(body).ignored).toEqual(['top_a', '*', 'context_management', 'thinking', 'messages.content.citations'])
  })

  it.each([['output_config.format'], ['output_format']])('have a schema of the answer in %s', (where) => {
    const format = { type: 'json_schema', schema: { type: 'object' } }
    const body = where === 'output_format' ? { output_format: format } : { output_config: { format } }
    expect(decode({ max_tokens: 10, messages: [user], ...body }).prompt.output).toEqual({
      type: 'json-schema',
      name: 'response',
      schema: { type: 'object' },
      strict: true,
    })
    expect(promptOf({}).output).toEqual({ type: 'text' })
  })

  it('tell whether to stream', () => {
    expect(decode({ max_tokens: 1, messages: [user], stream: true }).stream).toBe(true)
  })
})

describe('a request is refused', () => {
  const calls = { role: 'assistant', content: [call('1')] }
  const source = (fields: object) => [{ role: 'user', content: [{ type: 'image', source: fields }] }]
  it.each<[string, Record<string, unknown>, string]>([
    ['without max_tokens', { max_tokens: undefined }, 'max_tokens'],
    ['without messages', { messages: undefined }, 'messages'],
    ['with none', { messages: [] }, 'messages'],
    ['that continues a thread', { thread: { type: 'continue', previous_message_id: 'msg_1' } }, 'thread'],
    ['with an unknown role', { messages: [{ role: 'tool', content: 'x' }] }, 'messages[0].role'],
    ['with an unknown block', { messages: [{ role: 'user', content: [{ type: 'video' }] }] }, 'messages[0].content[0].type'],
    ['with an empty message', { messages: [user, { role: 'user', content: [{ type: 'text', text: '' }] }] }, 'messages[1].content'],
    ['with a temperature above 1', { temperature: 1.5 }, 'temperature'],
    ['with a small budget', { thinking: { type: 'enabled', budget_tokens: 5 } }, 'thinking.budget_tokens'],
    ['with an uploaded file', { messages: source({ type: 'file', file_id: 'f' }) }, 'messages[0].content[0].source.file_id'],
    ['with data that is not base64', { messages: source({ type: 'base64', media_type: 'image/png', data: '!' }) }, 'messages[0].content[0].source.data'],
    ['with an image that is none', { messages: source({ type: 'base64', media_type: 'application/pdf', data: pdf }) }, 'messages[0].content[0].source'],
    ['with a result of no call', { messages: [user, { role: 'user', content: [result('1')] }] }, 'messages[1].content[0].tool_use_id'],
    ['with two results of one call', { messages: [user, calls, { role: 'user', content: [result('1'), result('1')] }] }, 'messages[2].content[1].tool_use_id'],
    ['with a call without a result', { messages: [user, calls, user] }, 'messages[1].content[0]'],
    ['with a call at the end', { messages: [user, calls] }, 'messages[1].content[0]'],
    ['with two calls of one id', { messages: [user, { role: 'assistant', content: [call('1'), call('1')] }] }, 'messages[1].content[1].id'],
  ])('%s', (_, body, param) => {
    expect(errorOf(body)).toMatchObject({ status: 400, param })
    expect(errorOf(body).message).toContain(param)
  })
})
