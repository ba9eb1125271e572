import { describe, expect, it } from 'vitest'
import type { DraftPrompt } from '../../../src/protocols/draft-prompt.ts'
import { createResponses, responses } from '../../../src/protocols/responses/index.ts'
import type { InputItem } from '../../../src/protocols/responses/item-schema.ts'
import { keepsNothing, type KeptResponse, type ResponseKeeper } from '../../../src/protocols/responses/memory.ts'
import { newResponse } from '../../../src/protocols/responses/response.ts'
import { recall } from '../../../src/server/recall.ts'
import type { KeptResponses } from '../../../src/server/response-store.ts'
import type { Decoded } from '../../../src/protocols/protocol.ts'
import type { Token } from '../../../src/core/prompt.ts'
import { wrapToken } from '../../../src/protocols/token-envelope.ts'
import { answered, result } from '../../support/messages.ts'

const PNG = 'data:image/png;base64,iVBORw0KGgo='
const resolveModel = (name = 'default/model'): string => (name.includes('/') ? name : `openai/${name}`)

type Memory = KeptResponses & ResponseKeeper
const noMemory: Memory = { find: () => undefined, findItem: () => undefined, ...keepsNothing }

function decode(body: Record<string, unknown>, memory = noMemory): Decoded {
  return createResponses(recall(body, memory), memory).decode({ model: 'gpt-5', input: 'Hi', ...body }, { resolveModel })
}

function messages(input: unknown, rest: Record<string, unknown> = {}): DraftPrompt['messages'] {
  return decode({ input, ...rest }).prompt.messages
}

function failure(body: Record<string, unknown>, memory?: Memory): unknown {
  try {
    decode(body, memory)
  } catch (error) {
    return error
  }
  throw new Error('it was accepted')
}

const user = (text: string) => ({ role: 'user', content: [{ type: 'text', text }] })
const call = { type: 'function_call', id: 'fc_1', call_id: 'call_1', name: 'weather', arguments: '{"city":"Rome"}', status: 'completed' }
const output = { type: 'function_call_output', call_id: 'call_1', output: 'sunny' }

describe('the input', () => {
  it('may be a string', () => {
    expect(decode({}).prompt).toMatchObject({ model: 'openai/gpt-5', messages: [user('Hi')], tools: [], toolChoice: { type: 'auto' } })
  })

  it('has messages of all roles, with and without a type, behind the instructions', () => {
    const input = [
      { role: 'system', content: 'One.' },
      { type: 'message', role: 'developer', content: [{ type: 'input_text', text: 'Two.' }] },
      { role: 'user', content: 'Hi' },
      {
        type: 'message',
        id: 'msg_1',
        status: 'completed',
        role: 'assistant',
        phase: 'final_answer',
        content: [
          { type: 'output_text', text: 'Hello', annotations: [] },
          { type: 'refusal', refusal: ', no.' },
        ],
      },
      { role: 'user', content: [{ type: 'input_text', text: 'Why?' }] },
    ]
    expect(messages(input, { instructions: 'Zero.' })).toEqual([
      { role: 'system', content: 'Zero.' },
      { role: 'system', content: 'One.' },
      { role: 'system', content: 'Two.' },
      user('Hi'),
      answered('Hello, no.'),
      user('Why?'),
    ])
  })

  it('has images and files', () => {
    const content = [
      { type: 'input_image', image_url: PNG, detail: 'auto' },
      { type: 'input_image', image_url: 'https://example.org/a.png' },
      { type: 'input_file', filename: 'a.pdf', file_data: 'data:application/pdf;base64,JVBERg==' },
      { type: 'input_file', filename: 'b.PDF', file_data: 'JVBERg==' },
      { type: 'input_file', file_url: 'https://example.org/c.pdf' },
      { type: 'input_file', filename: 'd.txt', file_data: 'aGk=' },
    ]
    const path = 'input[0].content'
    expect(messages([{ role: 'user', content }])).toEqual([
      {
        role: 'user',
        content: [
          { type: 'file', param: `${path}[0]`, mediaType: 'image/png', data: 'iVBORw0KGgo=' },
          { type: 'remote-file', param: `${path}[1]`, url: 'https://example.org/a.png' },
          { type: 'file', param: `${path}[2]`, mediaType: 'application/pdf', data: 'JVBERg==', filename: 'a.pdf' },
          { type: 'file', param: `${path}[3]`, mediaType: 'application/pdf', data: 'JVBERg==', filename: 'b.PDF' },
          { type: 'remote-file', param: `${path}[4]`, url: 'https://example.org/c.pdf' },
          { type: 'text', text: 'd.txt:\nhi' },
        ],
      },
    ])
  })

  it('puts reasoning, text and calls that follow one another into one message, and results behind it', () => {
    const input = [
      { role: 'user', content: 'Weather?' },
      { type: 'reasoning', id: 'rs_1', summary: [{ type: 'summary_text', text: 'Sum' }], encrypted_content: 'gAAA' },
      { role: 'assistant', content: 'I look.' },
      call,
      { ...call, call_id: 'call_2', arguments: '{"city":"Bonn"}' },
      { ...output, call_id: 'call_2', output: [{ type: 'input_text', text: 'rain' }] },
      output,
      { type: 'reasoning', summary: [], content: [{ type: 'reasoning_text', text: 'Full' }] },
      { ...call, call_id: 'call_3' },
      { ...output, call_id: 'call_3' },
    ]
    expect(messages(input)).toEqual([
      user('Weather?'),
      {
        role: 'assistant',
        parts: [
          { type: 'reasoning', text: 'Sum', token: { kind: 'encrypted', value: 'gAAA', id: 'rs_1' } },
          ...answered('I look.', {
            calls: [
              { id: 'call_1', name: 'weather', arguments: '{"city":"Rome"}' },
              { id: 'call_2', name: 'weather', arguments: '{"city":"Bonn"}' },
            ],
          }).parts,
        ],
      },
      result('call_1', 'sunny'),
      result('call_2', 'rain'),
      answered('', { reasoning: 'Full', calls: [{ id: 'call_3', name: 'weather', arguments: '{"city":"Rome"}' }] }),
      result('call_3', 'sunny'),
    ])
  })

  it('keeps tokens with what they belong to, and thoughts between calls where they are', () => {
    const token: Token = { kind: 'signature', value: 'c2ln', origin: 'claude/opus' }
    const thought = (text: string, encrypted_content?: string) => ({
      type: 'reasoning',
      id: 'rs_0',
      summary: text === '' ? [] : [{ type: 'summary_text', text }],
      ...(encrypted_content !== undefined && { encrypted_content }),
    })
    const input = [
      { role: 'user', content: 'Weather?' },
      thought('One', wrapToken(token)),
      thought('', wrapToken({ kind: 'redacted', value: 'cmVk', origin: 'claude/opus' })),
      call,
      thought('', wrapToken(token, { part: 'tool-call', id: 'call_1' })),
      thought('Two'),
      thought('Three'),
      { role: 'assistant', content: 'So.' },
      thought('', wrapToken(token, { part: 'text' })),
      thought('Damaged', `${wrapToken(token)}AAAA`),
      { ...call, call_id: 'call_2' },
      output,
      { ...output, call_id: 'call_2' },
    ]
    expect(messages(input)[1]).toEqual({
      role: 'assistant',
      parts: [
        { type: 'reasoning', text: 'One', token },
        { type: 'reasoning', text: '', token: { kind: 'redacted', value: 'cmVk', origin: 'claude/opus' } },
        { type: 'tool-call', id: 'call_1', name: 'weather', arguments: '{"city":"Rome"}', token },
        { type: 'reasoning', text: 'Two\n\nThree' },
        { type: 'text', text: 'So.', token },
        { type: 'reasoning', text: 'Damaged' },
        { type: 'tool-call', id: 'call_2', name: 'weather', arguments: '{"city":"Rome"}' },
      ],
    })
  })

  it('puts a result behind its call, whatever the client put between them', () => {
    const input = [call, { role: 'assistant', content: 'Wait.' }, { ...call, call_id: 'call_2' }, output, { ...output, call_id: 'call_2' }]
    expect(messages(input)).toMatchObject([
      { role: 'assistant', parts: [{ type: 'tool-call' }, { text: 'Wait.' }, { id: 'call_2' }] },
      { role: 'tool' },
      { role: 'tool' },
    ])
    expect(messages([call, { role: 'user', content: 'Wait.' }, output]).map(({ role }) => role)).toEqual(['assistant', 'tool', 'user'])
  })

  it('has the images of a result in it', () => {
    const image = { type: 'input_image', image_url: PNG }
    expect(messages([call, { ...output, output: [image] }]).slice(1)).toMatchObject([
      { role: 'tool', toolCallId: 'call_1', content: [{ type: 'file', mediaType: 'image/png', param: 'input[1].output[0]' }] },
    ])
  })

  it('has calls of custom and of namespaced tools', () => {
    const custom = { type: 'custom_tool_call', call_id: 'c1', name: 'apply_patch', input: '*** "x"' }
    const spaced = { ...call, call_id: 'c2', namespace: 'mcp__files', name: 'list' }
    const outputs = [
      { type: 'custom_tool_call_output', call_id: 'c1', output: 'done' },
      { ...output, call_id: 'c2' },
    ]
    expect(messages([custom, spaced, ...outputs])[0]).toMatchObject({
      parts: [
        { id: 'c1', name: 'apply_patch', arguments: '{"input":"*** \\"x\\""}' },
        { id: 'c2', name: 'mcp__files__list', arguments: '{"city":"Rome"}' },
      ],
    })
  })

  it('tells of calls that only some agents know, and leaves out what no text can replace', () => {
    const input = [
      { role: 'user', content: 'Go' },
      { type: 'local_shell_call', id: 'lsh_1', call_id: 'c1', status: 'completed', action: { type: 'exec', command: ['ls'] } },
      { type: 'local_shell_call_output', id: 'c1', output: 'a.txt' },
      { type: 'compaction', encrypted_content: 'gAAA' },
    ]
    expect(messages(input)).toEqual([
      user('Go'),
      answered('local_shell_call: {"call_id":"c1","action":{"type":"exec","command":["ls"]}}'),
      user('local_shell_call_output: {"output":"a.txt"}'),
    ])
    expect(decode({ input }).ignored).toEqual(['input.compaction'])
  })

  it.each<[string, Record<string, unknown>, string, string]>([
    ['nothing', { input: undefined }, 'input', 'missing_required_parameter'],
    ['an empty list', { input: [] }, 'input', 'missing_required_parameter'],
    ['a number', { input: 1 }, 'input', 'invalid_type'],
    ['an unknown role', { input: [{ role: 'boss', content: 'x' }] }, 'input[0].role', 'invalid_value'],
    ['no content', { input: [{ role: 'user' }] }, 'input[0].content', 'missing_required_parameter'],
    ['an empty message', { input: [{ role: 'user', content: '' }] }, 'input[0].content', 'invalid_value'],
    ['an unknown part', { input: [{ role: 'user', content: [{ type: 'video' }] }] }, 'input[0].content[0].type', 'invalid_value'],
    ['a file of the system', { input: [{ role: 'system', content: [{ type: 'input_image', image_url: PNG }] }] }, 'input[0].content[0]', 'invalid_value'],
    ['an uploaded file', { input: [{ role: 'user', content: [{ type: 'input_file', file_id: 'f' }] }] }, 'input[0].content[0].file_id', 'unsupported_value'],
    [
      'an image that is none',
      { input: [{ role: 'user', content: [{ type: 'input_image', image_url: 'data:text/plain;base64,aGk=' }] }] },
      'input[0].content[0].image_url',
      'invalid_value',
    ],
    ['a call without arguments', { input: [{ ...call, arguments: undefined }] }, 'input[0].arguments', 'missing_required_parameter'],
    ['a call without a result', { input: [call] }, 'input', 'invalid_value'],
    ['a result without a call', { input: [output] }, 'input[0].call_id', 'invalid_value'],
    ['a reference to nothing', { input: [{ type: 'item_reference', id: 'msg_9' }] }, 'input[0].id', 'invalid_value'],
  ])('is refused: %s', (_name, body, param, code) => {
    expect(failure(body)).toMatchObject({ status: 400, param, code })
  })
})

describe('the parameters', () => {
  it('are those of a prompt', () => {
    const request = {
      temperature: 0,
      top_p: 0.5,
      max_output_tokens: 100,
      top_logprobs: 2,
      reasoning: { effort: 'high', summary: 'auto' },
      text: { format: { type: 'json_schema', name: 'point', description: 'd', schema: { type: 'object' }, strict: true }, verbosity: 'low' },
      parallel_tool_calls: false,
      tools: [{ type: 'function', name: 'weather', parameters: { type: 'object' }, strict: true }],
      user: 'me',
      service_tier: 'flex',
      stream: true,
    }
    const { prompt, stream, choices, ignored } = decode(request)
    expect({ stream, choices, ignored }).toEqual({ stream: true, choices: 1, ignored: [] })
    expect(prompt.parameters).toEqual({
      temperature: 0,
      topP: 0.5,
      maxOutputTokens: 100,
      logprobs: 2,
      reasoningEffort: 'high',
      reasoningDisplay: 'auto',
      verbosity: 'low',
      parallelToolCalls: false,
      user: 'me',
      serviceTier: 'flex',
    })
    expect(prompt.output).toEqual({ type: 'json-schema', name: 'point', description: 'd', schema: { type: 'object' }, strict: true })
  })

  it('that ask for nothing, or that the bridge itself honours, are left out', () => {
    const silent = {
      include: [],
      store: false,
      metadata: { a: 'b' },
      truncation: 'disabled',
      service_tier: 'auto',
      parallel_tool_calls: true,
      stream_options: { include_obfuscation: false },
      client_metadata: { a: 'b' },
      background: false,
      temperature: null,
      text: { format: { type: 'text' } },
    }
    const { prompt, ignored } = decode(silent)
    expect({ parameters: prompt.parameters, output: prompt.output, ignored }).toEqual({ parameters: {}, output: { type: 'text' }, ignored: [] })
  })

  it('ask for JSON and for probabilities', () => {
    const { prompt } = decode({ text: { format: { type: 'json_object' } }, include: ['message.output_text.logprobs'] })
    expect(prompt).toMatchObject({ output: { type: 'json' }, parameters: { logprobs: 0 } })
  })

  it('that reach no model are told, and which of them no answer depends on', () => {
    const told = {
      include: ['message.output_text.logprobs', 'reasoning.encrypted_content', 'something.new'],
      truncation: 'auto',
      prompt_cache_key: 'k',
      safety_identifier: 's',
    }
    const { ignored } = decode(told)
    expect(ignored.toSorted()).toEqual(['include.something.new', 'prompt_cache_key', 'safety_identifier', 'truncation'])
    expect(ignored.filter((name) => !responses.hints.includes(name)).toSorted()).toEqual(['include.something.new', 'truncation'])
  })

  it('that nobody knows are told', () => {
    expect(decode({ moderation: {}, 'bad\nname': 1, other: null }).ignored).toEqual(['moderation', '*'])
    const image = { type: 'input_image', image_url: PNG, detail: 'high' }
    expect(decode({ input: [{ role: 'user', content: [image] }] }).ignored).toEqual(['input.content.detail'])
  })

  it.each<[Record<string, unknown>, string]>([
    [{ background: true }, 'background'],
    [{ conversation: 'conv_1' }, 'conversation'],
    [{ prompt: { id: 'pmpt_1' } }, 'prompt'],
    [{ temperature: 3 }, 'temperature'],
    [{ max_output_tokens: 0 }, 'max_output_tokens'],
    [{ text: { format: { type: 'xml' } } }, 'text.format.type'],
  ])('are refused: %j', (body, param) => {
    expect(failure(body)).toMatchObject({ status: 400, param })
  })
})

describe('a previous response', () => {
  const input: InputItem[] = [
    { type: 'message', role: 'user', content: 'Weather?', id: 'msg_u' },
    { type: 'additional_tools', id: 'at_1', tools: [{ type: 'function', name: 'added' }] },
  ]
  const identity = { id: 'p', created: 1 }
  const response = newResponse({ instructions: 'Old.' }, { identity, model: 'm', tools: [] })
  const said: KeptResponse['response']['output'] = [
    { type: 'function_call', id: 'fc_1', status: 'completed', call_id: 'call_1', name: 'weather', arguments: '{}' },
    { type: 'function_call', id: 'fc_2', status: 'incomplete', call_id: 'call_2', name: 'weather', arguments: '{"ci' },
  ]
  const begun: KeptResponse[] = []
  const memory: Memory = {
    ...noMemory,
    find: (id) => (id === 'resp_p' ? { input, response: { ...response, output: said } } : undefined),
    findItem: (id) => input.find((item) => item.id === id),
    begin: (kept) => void begun.push(kept),
  }

  it('is what the conversation begins with, without its instructions', () => {
    const { prompt, createEncoder } = decode({ previous_response_id: 'resp_p', input: [output], instructions: 'New.' }, memory)
    expect(prompt.messages).toEqual([
      { role: 'system', content: 'New.' },
      user('Weather?'),
      answered('', { calls: [{ id: 'call_1', name: 'weather', arguments: '{}' }] }),
      result('call_1', 'sunny'),
    ])
    expect(prompt.tools).toMatchObject([{ name: 'added' }])
    createEncoder({ id: 'q', created: 2 })
    expect(begun.at(-1)).toMatchObject({
      response: { id: 'resp_q', previous_response_id: 'resp_p' },
      input: [{ id: 'msg_u' }, { id: 'at_1' }, { id: 'fc_1' }, { type: 'function_call_output', id: 'fco_qi3' }],
    })
  })

  it('is not found', () => {
    expect(failure({ previous_response_id: 'resp_x' }, memory)).toMatchObject({
      status: 404,
      code: 'previous_response_not_found',
      param: 'previous_response_id',
      message: "Previous response with id 'resp_x' not found.",
    })
  })

  it('has the tokens that its client did not ask for', () => {
    const token: Token = { kind: 'signature', value: 'c2ln', origin: 'claude/opus' }
    const reasoning = { type: 'reasoning' as const, id: 'rs_p', status: 'completed' as const, summary: [{ type: 'summary_text' as const, text: 'Hm' }] }
    const kept: KeptResponse = {
      input,
      response: { ...response, output: [reasoning, said[0]!] },
      output: [{ ...reasoning, encrypted_content: wrapToken(token) }, said[0]!],
    }
    const withTokens = { ...memory, find: () => kept }
    const { prompt } = decode({ previous_response_id: 'resp_p', input: [output] }, withTokens)
    expect(prompt.messages[1]).toMatchObject({ role: 'assistant', parts: [{ type: 'reasoning', text: 'Hm', token }, { type: 'tool-call' }] })
  })

  it('has the tokens of items that are sent back under their ids', () => {
    const token: Token = { kind: 'signature', value: 'c2ln', origin: 'claude/opus' }
    const google: Token = { kind: 'thought-signature', value: 'Zm9v', origin: 'google/gemini' }
    const reasoning = { type: 'reasoning' as const, id: 'rs_p', summary: [{ type: 'summary_text' as const, text: 'Hm' }] }
    const kept: InputItem[] = [
      { ...reasoning, encrypted_content: wrapToken(token) },
      { ...(said[0] as Extract<InputItem, { type: 'function_call' }>), token: wrapToken(google, { part: 'tool-call', id: 'call_1' }) },
      { type: 'message', id: 'msg_p', role: 'assistant', content: 'So.', token: wrapToken(google, { part: 'text' }) },
    ]
    const store = { ...memory, findItem: (id: string) => kept.find((item) => item.id === id) }
    const partsOf = (...items: object[]) => decode({ input: [{ role: 'user', content: 'Hi' }, ...items, output] }, store).prompt.messages[1]
    const sent = [reasoning, { role: 'assistant', id: 'msg_p', content: 'So.' }, { ...call, id: 'fc_1' }]
    const parts = [
      { type: 'reasoning', token },
      { type: 'text', token: google },
      { type: 'tool-call', token: google },
    ]
    expect(partsOf(...sent)).toMatchObject({ parts })
    expect(partsOf({ id: 'rs_p' }, { id: 'msg_p' }, { id: 'fc_1' })).toMatchObject({ parts })
    const changed = [
      { ...reasoning, summary: [{ type: 'summary_text', text: 'Other' }] },
      { ...call, id: 'fc_1', call_id: 'other' },
      { ...output, call_id: 'other' },
    ]
    expect(JSON.stringify(partsOf(...changed, { ...call, id: 'fc_x' }))).not.toContain('token')
    // It is the bridge's own field.
    expect(JSON.stringify(partsOf({ ...call, id: 'fc_x', token: wrapToken(google, { part: 'tool-call', id: 'call_1' }) }))).not.toContain('token')
  })

  it('has the token of an empty text behind calls in their message', () => {
    const token: Token = { kind: 'metadata', value: '{}', origin: 'a/b' }
    const wrapped = { type: 'reasoning', summary: [], encrypted_content: wrapToken(token, { part: 'text' }) }
    const { prompt } = decode({ input: [{ role: 'user', content: 'Hi' }, call, { role: 'assistant', content: '' }, wrapped, output] })
    expect(prompt.messages).toMatchObject([
      { role: 'user' },
      { role: 'assistant', parts: [{ type: 'tool-call' }, { type: 'text', text: '', token }] },
      { role: 'tool' },
    ])
  })

  it('has items to refer to', () => {
    const reference = { id: 'msg_u' }
    expect(decode({ input: [reference, { role: 'user', content: 'Now?' }] }, memory).prompt.messages).toEqual([user('Weather?'), user('Now?')])
  })

  it('is not kept when it must not be', () => {
    const count = begun.length
    decode({ store: false }, memory).createEncoder({ id: 'r', created: 2 })
    expect(begun).toHaveLength(count)
  })
})
