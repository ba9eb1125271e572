import { describe, expect, it } from 'vitest'
import type { EncodedEvent } from '../../../src/protocols/protocol.ts'
import { chatCompletions } from '../../../src/protocols/chat-completions/index.ts'
import { assembleAnswer } from '../../../src/protocols/answer.ts'

/** What Cursor and others send to Chat Completions in the words of other formats. */

type Json = Record<string, unknown>

const decode = (body: Json) => chatCompletions.decode({ model: 'm', ...body }, { resolveModel: () => 'openai/gpt-5' })
const isMixed = (body: Json) => chatCompletions.read({ model: 'm', ...body }).mixed
const hi = { role: 'user', content: 'Hi' }
const schema = { type: 'object', properties: { path: { type: 'string' } }, required: ['path'] }
const read = { name: 'read_file', description: 'Reads', parameters: schema }

describe('a body of Responses', () => {
  it('is a conversation', () => {
    const { prompt, ignored } = decode({
      instructions: 'Be brief.',
      input: [
        { role: 'developer', content: 'Rules.' },
        {
          role: 'user',
          content: [
            { type: 'input_text', text: 'See' },
            { type: 'input_image', image_url: 'data:image/png;base64,iVBORw==', detail: 'auto' },
          ],
        },
        { type: 'reasoning', id: 'rs_1', summary: [{ type: 'summary_text', text: 'Hm.' }] },
        { type: 'message', id: 'msg_1', role: 'assistant', status: 'completed', content: [{ type: 'output_text', text: 'I look.', annotations: [] }] },
        { type: 'function_call', id: 'fc_1', call_id: 'c1', name: 'read_file', arguments: '{"path":"a"}', status: 'completed' },
        { type: 'function_call', call_id: 'c2', name: 'read_file', arguments: '{"path":"b"}' },
        { type: 'function_call_output', call_id: 'c2', output: 'B' },
        { type: 'function_call_output', call_id: 'c1', output: [{ type: 'input_text', text: 'A' }] },
        { type: 'item_reference', id: 'x' },
        { role: 'user', content: 'And?' },
      ],
      tools: [{ type: 'function', ...read, strict: false }],
      tool_choice: { type: 'function', name: 'read_file' },
      max_output_tokens: 99,
      reasoning: { effort: 'high' },
      text: { verbosity: 'low', format: { type: 'json_schema', name: 'answer', schema, strict: true } },
      parallel_tool_calls: false,
      store: false,
      stream: true,
    })
    expect(prompt).toEqual({
      model: 'openai/gpt-5',
      messages: [
        { role: 'system', content: 'Be brief.' },
        { role: 'system', content: 'Rules.' },
        {
          role: 'user',
          content: [
            { type: 'text', text: 'See' },
            { type: 'file', param: 'messages[2].content[1]', mediaType: 'image/png', data: 'iVBORw==' },
          ],
        },
        {
          role: 'assistant',
          parts: [
            { type: 'reasoning', text: 'Hm.' },
            { type: 'text', text: 'I look.' },
            { type: 'tool-call', id: 'c1', name: 'read_file', arguments: '{"path":"a"}' },
            { type: 'tool-call', id: 'c2', name: 'read_file', arguments: '{"path":"b"}' },
          ],
        },
        { role: 'tool', toolCallId: 'c1', content: [{ type: 'text', text: 'A' }] },
        { role: 'tool', toolCallId: 'c2', content: [{ type: 'text', text: 'B' }] },
        { role: 'user', content: [{ type: 'text', text: 'And?' }] },
      ],
      tools: [{ ...read, strict: false }],
      toolChoice: { type: 'tool', name: 'read_file' },
      output: { type: 'json-schema', name: 'answer', schema, strict: true },
      parameters: { maxOutputTokens: 99, reasoningEffort: 'high', verbosity: 'low', parallelToolCalls: false },
    })
    expect(ignored).toEqual(['input.item_reference'])
  })

  it('may be a mere text', () => {
    expect(decode({ input: 'Hi' }).prompt.messages).toEqual([{ role: 'user', content: [{ type: 'text', text: 'Hi' }] }])
    expect(decode({ messages: [], input: [{ role: 'user', content: 'Hi' }] }).prompt.messages).toEqual([
      { role: 'user', content: [{ type: 'text', text: 'Hi' }] },
    ])
  })

  it.each([
    [
      'a result without its call',
      {
        input: [
          { role: 'user', content: 'Hi' },
          { type: 'function_call_output', call_id: 'c9', output: 'x' },
        ],
      },
      'messages[1].tool_call_id',
    ],
    [
      'a call without its result',
      {
        input: [
          { type: 'function_call', call_id: 'c1', name: 'f', arguments: '{}' },
          { role: 'user', content: 'x' },
        ],
      },
      'messages[0].tool_calls',
    ],
    ['nothing', { input: [] }, 'messages'],
    ['neither', {}, 'messages'],
    ['a number', { input: 7 }, 'messages'],
  ])('is refused with %s', (_name, body, param) => {
    expect(() => decode(body)).toThrow(expect.objectContaining({ status: 400, param }))
  })
})

describe('a tool', () => {
  it.each<[string, Json]>([
    ['flat, as Responses have it', { type: 'function', ...read }],
    ['without a type', read],
    ['of Anthropic’s', { name: 'read_file', description: 'Reads', input_schema: schema }],
    ['of Anthropic’s, with its type', { type: 'custom', name: 'read_file', description: 'Reads', input_schema: schema, cache_control: { type: 'ephemeral' } }],
    ['of both', { type: 'function', name: 'read_file', description: 'Reads', input_schema: schema }],
    ['with a schema of Anthropic’s within', { type: 'function', function: { name: 'read_file', description: 'Reads', input_schema: schema } }],
    ['without a type, with a function', { function: read }],
    ['of the format', { type: 'function', function: read }],
  ])('is read: %s', (_form, tool) => {
    expect(decode({ messages: [hi], tools: [tool] }).prompt.tools).toEqual([read])
    expect(isMixed({ messages: [hi], tools: [tool] })).toBe(!(tool.type === 'function' && (tool.function as Json)?.parameters !== undefined))
  })

  it.each<[unknown, object]>([
    [{ type: 'auto' }, { type: 'auto' }],
    [{ type: 'any' }, { type: 'required' }],
    ['any', { type: 'required' }],
    [{ type: 'none' }, { type: 'none' }],
    [{ type: 'required' }, { type: 'required' }],
    [
      { type: 'tool', name: 'read_file' },
      { type: 'tool', name: 'read_file' },
    ],
    [
      { type: 'function', name: 'read_file' },
      { type: 'tool', name: 'read_file' },
    ],
    [{ type: 'allowed_tools', mode: 'required', tools: [{ type: 'function', name: 'read_file' }] }, { type: 'required' }],
  ])('is chosen by %j', (choice, expected) => {
    expect(decode({ messages: [hi], tools: [{ type: 'function', function: read }], tool_choice: choice }).prompt.toolChoice).toEqual(expected)
  })

  it('may be called alone', () => {
    const { prompt } = decode({ messages: [hi], tools: [read], tool_choice: { type: 'auto', disable_parallel_tool_use: true } })
    expect([prompt.toolChoice, prompt.parameters]).toEqual([{ type: 'auto' }, { parallelToolCalls: false }])
  })
})

describe('blocks of Anthropic’s', () => {
  it('are calls, results, thoughts and files', () => {
    const { prompt } = decode({
      system: [{ type: 'text', text: 'Be brief.', cache_control: { type: 'ephemeral' } }],
      messages: [
        {
          role: 'user',
          content: [
            { type: 'text', text: 'See' },
            { type: 'image', source: { type: 'base64', media_type: 'image/png', data: 'iVBORw' } },
          ],
        },
        {
          role: 'assistant',
          content: [
            { type: 'thinking', thinking: 'Hm.', signature: 'x' },
            { type: 'text', text: 'I look.' },
            { type: 'tool_use', id: 't1', name: 'read_file', input: { path: 'a' } },
            { type: 'tool_use', id: 't2', name: 'read_file', input: {} },
          ],
        },
        {
          role: 'user',
          content: [
            { type: 'text', text: 'Here.' },
            {
              type: 'tool_result',
              tool_use_id: 't1',
              content: [
                { type: 'text', text: 'A' },
                { type: 'image', source: { type: 'base64', media_type: 'image/png', data: 'iVBORw' } },
              ],
            },
            { type: 'tool_result', tool_use_id: 't2', content: 'no such file', is_error: true },
          ],
        },
      ],
      tools: [{ name: 'read_file', input_schema: schema }],
      max_tokens: 9,
      stop_sequences: ['END'],
    })
    const image = (param: string) => ({ type: 'file', param, mediaType: 'image/png', data: 'iVBORw==' })
    expect(prompt.messages).toEqual([
      { role: 'system', content: 'Be brief.' },
      { role: 'user', content: [{ type: 'text', text: 'See' }, image('messages[1].content[1]')] },
      {
        role: 'assistant',
        parts: [
          { type: 'reasoning', text: 'Hm.' },
          { type: 'text', text: 'I look.' },
          { type: 'tool-call', id: 't1', name: 'read_file', arguments: '{"path":"a"}' },
          { type: 'tool-call', id: 't2', name: 'read_file', arguments: '{}' },
        ],
      },
      { role: 'tool', toolCallId: 't1', content: [{ type: 'text', text: 'A' }, image('messages[3].content[1]')] },
      { role: 'tool', toolCallId: 't2', content: [{ type: 'text', text: 'Error: no such file' }] },
      { role: 'user', content: [{ type: 'text', text: 'Here.' }] },
    ])
    expect(prompt.parameters).toEqual({ maxOutputTokens: 9, stop: ['END'] })
  })

  it('may be without content', () => {
    const messages = [
      hi,
      { role: 'assistant', content: [{ type: 'tool_use', id: 't1', name: 'f', input: {} }] },
      { role: 'user', content: [{ type: 'tool_result', tool_use_id: 't1' }] },
    ]
    expect(decode({ messages }).prompt.messages.at(-1)).toEqual({ role: 'tool', toolCallId: 't1', content: [{ type: 'text', text: '' }] })
  })
})

describe('a tool that takes a text', () => {
  const grammar = { type: 'grammar', syntax: 'lark', definition: 'start: patch' }
  const flat = { type: 'custom', name: 'ApplyPatch', description: 'Edits', format: grammar }
  const own = {
    type: 'custom',
    custom: { name: 'ApplyPatch', description: 'Edits', format: { type: 'grammar', grammar: { syntax: 'lark', definition: 'start: patch' } } },
  }
  const patch = '*** Begin Patch\n"x"\n*** End Patch'
  const events: EncodedEvent[] = [
    { type: 'tool-call-start', index: 0, id: 'c1', name: 'ApplyPatch' },
    ...[...JSON.stringify({ input: patch })].map((piece): EncodedEvent => ({ type: 'tool-call-delta', index: 0, arguments: piece })),
    { type: 'finish', reason: 'tool-calls', usage: undefined },
  ]

  it.each([
    ['in Responses’ form', flat, 'function'],
    ['in the format’s form', own, 'custom'],
    ['with the grammar in Responses’ form', { type: 'custom', custom: { ...own.custom, format: grammar } }, 'custom'],
  ] as const)('is called as the client reads it: %s', (_form, tool, kind) => {
    const { prompt, createEncoder } = decode({ messages: [hi], tools: [tool] })
    expect(prompt.tools).toMatchObject([
      { name: 'ApplyPatch', description: 'Edits\n\nThe input must follow this lark grammar:\nstart: patch', parameters: { required: ['input'] } },
    ])
    const call =
      kind === 'custom'
        ? { id: 'c1', type: kind, custom: { name: 'ApplyPatch', input: patch } }
        : { id: 'c1', type: kind, function: { name: 'ApplyPatch', arguments: patch } }
    expect(createEncoder({ id: 'a', created: 0 }).answer([assembleAnswer(events)])).toMatchObject({ choices: [{ message: { tool_calls: [call] } }] })

    const encoder = createEncoder({ id: 'a', created: 0 })
    const deltas = events
      .flatMap((event) => encoder.event(event, 0))
      .flatMap((frame) => (frame.startsWith('data: {') ? (JSON.parse(frame.slice(6)).choices[0].delta.tool_calls ?? []) : []))
    expect(deltas[0]).toEqual(
      kind === 'custom'
        ? { index: 0, id: 'c1', type: kind, custom: { name: 'ApplyPatch', input: '' } }
        : { index: 0, id: 'c1', type: kind, function: { name: 'ApplyPatch', arguments: '' } },
    )
    expect(
      deltas
        .slice(1)
        .map((delta) => (kind === 'custom' ? delta.custom.input : delta.function.arguments))
        .join(''),
    ).toBe(patch)
  })

  it.each([
    ['in Responses’ form', flat, { type: 'function', function: { name: 'ApplyPatch', arguments: patch } }],
    ['in the format’s form', own, { type: 'custom', custom: { name: 'ApplyPatch', input: patch } }],
    ['as a model wrote it', flat, { type: 'function', function: { name: 'ApplyPatch', arguments: JSON.stringify({ input: patch }) } }],
  ])('was called: %s', (_form, tool, call) => {
    const messages = [hi, { role: 'assistant', content: null, tool_calls: [{ id: 'c1', ...call }] }, { role: 'tool', tool_call_id: 'c1', content: 'Done' }]
    expect(decode({ messages, tools: [tool] }).prompt.messages[1]).toEqual({
      role: 'assistant',
      parts: [{ type: 'tool-call', id: 'c1', name: 'ApplyPatch', arguments: JSON.stringify({ input: patch }) }],
    })
  })

  it('was called in a body of Responses', () => {
    const input = [
      hi,
      { type: 'custom_tool_call', call_id: 'c1', name: 'ApplyPatch', input: patch },
      { type: 'custom_tool_call_output', call_id: 'c1', output: 'Done' },
    ]
    expect(decode({ input, tools: [flat] }).prompt.messages.slice(1)).toEqual([
      { role: 'assistant', parts: [{ type: 'tool-call', id: 'c1', name: 'ApplyPatch', arguments: JSON.stringify({ input: patch }) }] },
      { role: 'tool', toolCallId: 'c1', content: [{ type: 'text', text: 'Done' }] },
    ])
  })

  it('may be demanded', () => {
    for (const choice of [
      { type: 'custom', name: 'ApplyPatch' },
      { type: 'custom', custom: { name: 'ApplyPatch' } },
    ]) {
      expect(decode({ messages: [hi], tools: [flat], tool_choice: choice }).prompt.toolChoice).toEqual({ type: 'tool', name: 'ApplyPatch' })
    }
  })
})

it('a body in the format’s own words is passed on as it is', () => {
  const messages = [
    { role: 'system', content: 'A' },
    {
      role: 'user',
      content: [
        { type: 'text', text: 'B' },
        { type: 'image_url', image_url: { url: 'data:,x' } },
      ],
    },
    { role: 'assistant', content: null, tool_calls: [{ id: 'c1', type: 'function', function: { name: 'f', arguments: '{}' } }] },
    { role: 'tool', tool_call_id: 'c1', content: [{ type: 'text', text: 'C' }] },
  ]
  const body = {
    messages,
    tools: [
      { type: 'function', function: { name: 'f', parameters: {} } },
      { type: 'custom', custom: { name: 'g' } },
    ],
    tool_choice: { type: 'function', function: { name: 'f' } },
  }
  expect(isMixed(body)).toBe(false)
  expect(
    isMixed({ ...body, tool_choice: { type: 'allowed_tools', allowed_tools: { mode: 'auto', tools: [{ type: 'function', function: { name: 'f' } }] } } }),
  ).toBe(false)
})
