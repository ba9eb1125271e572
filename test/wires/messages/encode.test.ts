import { expect, it } from 'vitest'
import type { Prompt } from '../../../src/core/prompt.ts'
import { messagesWire } from '../../../src/wires/messages/index.ts'
import { assistant, call, file, prompt, result, system, target, type TargetOptions, thought, tool, user } from '../prompts.ts'

type Body = Record<string, any>

function encode(others: Partial<Prompt>, options: Partial<TargetOptions> = {}): Body {
  return messagesWire.encode(prompt(others), target({ wire: 'messages', apiModel: 'claude-sonnet-4-5', ...options }))
}

/** A body as its JSON, without the marks of opencode's habit. */
function plain(value: unknown): any {
  return JSON.parse(JSON.stringify(value, (key, inner) => (key === 'cache_control' ? undefined : inner)))
}

const conversation = (messages: Prompt['messages']) => plain(encode({ messages })) as Body
const words = (content: string) => ({ type: 'text', text: content })

it('names the model as the provider does, and streams when asked', () => {
  expect(encode({})).toMatchObject({ model: 'claude-sonnet-4-5' })
  expect(encode({})).not.toHaveProperty('stream')
  expect(encode({}, { stream: true })).toMatchObject({ stream: true })
  const vertex = encode({}, { form: { defaults: { anthropic_version: 'vertex-2023-10-16' } } })
  expect(vertex).toMatchObject({ anthropic_version: 'vertex-2023-10-16' })
  expect(vertex).not.toHaveProperty('model')
})

it.each<[string, Prompt['messages'], unknown, unknown]>([
  ['leading system messages', [system('A'), system('B'), user('Hi')], [words('A'), words('B')], [['user', words('Hi')]]],
  ['a system message further down', [system('A'), user('Hi'), system('B'), user('Ho')], [words('A')], [['user', words('Hi'), words('B'), words('Ho')]]],
  ['nothing but system messages', [system('A'), system('B')], [words('A')], [['user', words('B')]]],
  ['one system message alone', [system('A')], undefined, [['user', words('A')]]],
  [
    'roles in a row',
    [user('A'), user('B'), assistant('C'), assistant('D'), user('E')],
    undefined,
    [
      ['user', words('A'), words('B')],
      ['assistant', words('C'), words('D')],
      ['user', words('E')],
    ],
  ],
  [
    'blank texts',
    [system(' '), user('', 'A', '\n'), assistant(' ', 'B'), user('C')],
    undefined,
    [
      ['user', words('A')],
      ['assistant', words('B')],
      ['user', words('C')],
    ],
  ],
  [
    'an empty message of the model between',
    [user('A'), assistant(), user('B'), assistant(''), user('C')],
    undefined,
    [['user', words('A'), words('B'), words('C')]],
  ],
  [
    'a greeting of the model',
    [assistant('Hello'), user('Hi')],
    undefined,
    [
      ['user', words('.')],
      ['assistant', words('Hello')],
      ['user', words('Hi')],
    ],
  ],
  [
    'words to go on with',
    [user('A'), assistant('B', 'It is \n')],
    undefined,
    [
      ['user', words('A')],
      ['assistant', words('B'), words('It is')],
    ],
  ],
  ['blank words to go on with', [user('A'), assistant(' ')], undefined, [['user', words('A')]]],
])('%s', (_, messages, systemBlocks, turns) => {
  const body = conversation(messages)
  expect(body.system).toEqual(systemBlocks)
  expect(body.messages.map(({ role, content }: Body) => [role, ...content])).toEqual(turns)
})

it.each([
  ['{"at":1}', { at: 1 }],
  ['', {}],
  ['[1]', { INVALID_JSON: '[1]' }],
  ['"x"', { INVALID_JSON: '"x"' }],
  ['null', { INVALID_JSON: 'null' }],
  ['{"at":', { INVALID_JSON: '{"at":' }],
])('arguments %s are the object %j', (args, input) => {
  const { messages } = conversation([user('A'), assistant('B', call('c1', 'look', args)), result('c1', 'C')])
  expect(messages[1].content).toEqual([words('B'), { type: 'tool_use', id: 'c1', name: 'look', input }])
})

it('results stand first in the turn after the calls, files and failures in them', () => {
  const { messages } = conversation([
    user('A'),
    assistant(call('c1'), call('c2'), call('c3'), call('c4')),
    result('c1', 'one'),
    user('Now?'),
    { ...result('c2', 'two', file('image/png', 'iVBO'), file('application/pdf', 'JVBE')), isError: true },
    { ...result('c3', ''), isError: true },
    result('c4', ''),
  ])
  expect(messages[2].content).toEqual([
    { type: 'tool_result', tool_use_id: 'c1', content: 'one' },
    {
      type: 'tool_result',
      tool_use_id: 'c2',
      content: [
        words('two'),
        { type: 'image', source: { type: 'base64', media_type: 'image/png', data: 'iVBO' } },
        { type: 'document', source: { type: 'base64', media_type: 'application/pdf', data: 'JVBE' } },
      ],
      is_error: true,
    },
    { type: 'tool_result', tool_use_id: 'c3', content: 'Error', is_error: true },
    { type: 'tool_result', tool_use_id: 'c4' },
    words('Now?'),
  ])
})

it('files of the user', () => {
  const { messages } = conversation([
    user(file('image/webp', 'UklG'), file('application/pdf', 'JVBE', 'a.pdf'), file('text/csv', Buffer.from('a;b').toString('base64'))),
  ])
  expect(messages[0].content).toEqual([
    { type: 'image', source: { type: 'base64', media_type: 'image/webp', data: 'UklG' } },
    { type: 'document', source: { type: 'base64', media_type: 'application/pdf', data: 'JVBE' }, title: 'a.pdf' },
    { type: 'document', source: { type: 'text', media_type: 'text/plain', data: 'a;b' } },
  ])
  expect(() => encode({ messages: [user(file('audio/wav'))] })).toThrow(
    expect.objectContaining({ status: 400, code: 'unsupported_value', param: 'messages[0].content[0]' }),
  )
})

it('ids have the characters that Anthropic takes, each but once, the results with them', () => {
  const { messages } = conversation([
    user('A'),
    assistant(call('functions.look:0'), call('functions.look:0'), call('functions_look_0')),
    result('functions.look:0', '1'),
    result('functions.look:0', '2'),
    result('functions_look_0', '3'),
    assistant(call('functions.look:0')),
    result('functions.look:0', '4'),
  ])
  const blocks = messages.flatMap(({ content }: Body) => content) as Body[]
  const calls = blocks.filter(({ type }) => type === 'tool_use').map(({ id }) => id)
  expect(calls).toEqual(['functions_look_0', 'functions_look_0_2', 'functions_look_0_3', 'functions_look_0_4'])
  const results = blocks.filter(({ type }) => type === 'tool_result').map(({ tool_use_id: id, content }) => [content, id])
  expect(results).toEqual(calls.map((id, index) => [String(index + 1), id]))
})

it('max_tokens: the client’s, opencode’s, or what the model has, 32,000 at most', () => {
  expect(encode({ parameters: { maxOutputTokens: 7 } })).toMatchObject({ max_tokens: 7 })
  expect(encode({}, { form: { defaults: { max_tokens: 8_192 } } })).toMatchObject({ max_tokens: 8_192 })
  expect(encode({}, { form: { defaults: { max_tokens: 1 }, configured: { max_tokens: 5 } } })).toMatchObject({ max_tokens: 5 })
  expect(encode({}, { model: { maxOutputTokens: 4_096 } })).toMatchObject({ max_tokens: 4_096 })
  expect(encode({}, { model: { maxOutputTokens: 0 } })).toMatchObject({ max_tokens: 32_000 })
})

it.each<[string, Prompt['parameters'], string, Body]>([
  ['temperature on a longer scale', { temperature: 1.7, topK: 5 }, 'claude-sonnet-4-5', { temperature: 1, top_k: 5 }],
  ['top_p beside temperature', { temperature: 0.2, topP: 0.9 }, 'claude-sonnet-4-5', { temperature: 0.2 }],
  ['top_p beside temperature, once', { temperature: 0.2, topP: 0.9 }, 'claude-3-7-sonnet', { temperature: 0.2, top_p: 0.9 }],
  ['top_p beside temperature, of others', { temperature: 0.2, topP: 0.9 }, 'kimi-k2', { temperature: 0.2, top_p: 0.9 }],
  ['any of them, lately', { temperature: 0.2, topP: 0.9, topK: 5 }, 'claude-opus-4-7', {}],
  ['any of them, of a model without a number', { temperature: 0.2 }, 'claude-next', {}],
])('%s', (_, parameters, apiModel, expected) => {
  const { temperature, top_p, top_k } = encode({ parameters }, { apiModel })
  expect({ temperature, top_p, top_k }).toEqual({ temperature: undefined, top_p: undefined, top_k: undefined, ...expected })
})

it('stop sequences and user, and nothing of what the format has not', () => {
  const body = encode({ parameters: { stop: ['END', '\n'], user: 'u1', seed: 4, presencePenalty: 1, logprobs: 3, serviceTier: 'flex', metadata: { a: 'b' } } })
  expect(body).toMatchObject({ stop_sequences: ['END'], metadata: { user_id: 'u1' } })
  expect(Object.keys(body).toSorted()).toEqual(['max_tokens', 'messages', 'metadata', 'model', 'stop_sequences'])
  expect(encode({ parameters: { stop: ['\n'] } })).not.toHaveProperty('stop_sequences')
})

it.each<[Prompt['toolChoice'], boolean | undefined, unknown]>([
  [{ type: 'auto' }, undefined, undefined],
  [{ type: 'auto' }, false, { type: 'auto', disable_parallel_tool_use: true }],
  [{ type: 'required' }, undefined, { type: 'any' }],
  [{ type: 'required' }, false, { type: 'any', disable_parallel_tool_use: true }],
  [{ type: 'tool', name: 'look' }, undefined, { type: 'tool', name: 'look' }],
  [{ type: 'none' }, false, { type: 'none' }],
])('tool choice %j, parallel %j: %j', (toolChoice, parallelToolCalls, expected) => {
  const body = encode({ tools: [tool('look')], toolChoice, parameters: { ...(parallelToolCalls === false && { parallelToolCalls }) } })
  expect(body.tool_choice).toEqual(expected)
})

it('a model that cannot be made to call has the one tool to choose from', () => {
  const tools = [tool('look'), tool('go')]
  const named = encode({ tools, toolChoice: { type: 'tool', name: 'go' } }, { apiModel: 'claude-opus-5-5' })
  expect([named.tool_choice, named.tools.map(({ name }: Body) => name)]).toEqual([undefined, ['go']])
  const any = encode({ tools, toolChoice: { type: 'required' } }, { apiModel: 'claude-opus-5-5' })
  expect([any.tool_choice, any.tools.length]).toEqual([undefined, 2])
  expect(encode({ tools, toolChoice: { type: 'required' } }, { apiModel: 'claude-haiku-5-5' })).toMatchObject({ tool_choice: { type: 'any' } })
})

it.each([undefined, {}, { type: 'object' }])('the schema %j has properties', (parameters) => {
  expect(encode({ tools: [tool('look', { ...(parameters && { parameters }), description: 'Looks' })] }).tools).toEqual([
    { name: 'look', description: 'Looks', input_schema: { type: 'object', properties: {} } },
  ])
})

it('strict tools, where the model has them and the schema is one that it takes', () => {
  const parameters = { type: 'object', properties: { at: { type: 'integer', minimum: 3 } }, required: ['at'] }
  const closed = { ...parameters, properties: { at: { type: 'integer', description: '{minimum: 3}' } }, additionalProperties: false }
  const tools = [tool('look', { parameters, strict: true })]
  expect(encode({ tools }).tools[0]).toEqual({ name: 'look', input_schema: closed, strict: true })
  expect(encode({ tools }, { apiModel: 'claude-sonnet-4' }).tools[0]).toEqual({ name: 'look', input_schema: parameters })
  expect(encode({ tools: [tool('look', { parameters, strict: false })] }).tools[0]).toEqual({ name: 'look', input_schema: parameters })
  const open = { type: 'object', additionalProperties: { type: 'string' }, properties: {} }
  expect(encode({ tools: [tool('look', { parameters: open, strict: true })] }).tools[0]).toEqual({ name: 'look', input_schema: open })
  expect(encode({ tools: Array.from({ length: 21 }, (_, at) => tool(`t${at}`, { parameters, strict: true })) }).tools[0]).not.toHaveProperty('strict')
})

it('names that Anthropic refuses are changed in tools, choice and history alike', () => {
  const name = 'mail.read'
  const body = encode({
    tools: [tool(name)],
    toolChoice: { type: 'tool', name },
    messages: [user('A'), assistant(call('c1', name)), result('c1', 'B')],
  })
  const changed = body.tools[0].name as string
  expect(changed).toMatch(/^[a-zA-Z0-9_-]{1,64}$/)
  expect([body.tool_choice.name, body.messages[1].content[0].name]).toEqual([changed, changed])
})

it('calls of a history have tools, though none is offered', () => {
  const body = encode({ messages: [user('A'), assistant(call('c1', 'look'), call('c2', 'look')), result('c1', 'B'), result('c2', 'B')] })
  expect(body).toMatchObject({ tools: [{ name: 'look', input_schema: { type: 'object', properties: {} } }], tool_choice: { type: 'none' } })
})

it('what the user’s configuration asks for holds where the client says nothing', () => {
  const form = { configured: { temperature: 0.3, service_tier: 'auto', output_config: { effort: 'low', task_budget: 1 } } }
  expect(encode({}, { apiModel: 'claude-sonnet-4-6', form })).toMatchObject({
    service_tier: 'auto',
    thinking: { type: 'adaptive' },
    output_config: { effort: 'low', task_budget: 1 },
  })
  expect(encode({ parameters: { temperature: 0.9 } }, { form: { configured: { temperature: 0.3 } } })).toMatchObject({ temperature: 0.9 })
  expect(encode({ parameters: { user: 'u2' } }, { form: { configured: { metadata: { user_id: 'u1' } } } })).toMatchObject({ metadata: { user_id: 'u2' } })
})

it('reasoning that nobody signed is no block', () => {
  expect(conversation([user('A'), assistant(thought('Hm'), 'B'), user('C')]).messages[1].content).toEqual([words('B')])
})
