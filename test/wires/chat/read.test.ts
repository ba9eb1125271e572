import { describe, expect, it } from 'vitest'
import { BridgeError } from '../../../src/core/errors.ts'
import type { AnswerEvent } from '../../../src/core/answer-event.ts'
import { chatWire } from '../../../src/wires/chat/index.ts'
import { toolNamesOf } from '../../../src/wires/shared/tool-names.ts'
import type { ReaderContext } from '../../../src/wires/wire.ts'
import { prompt, tool } from '../prompts.ts'

type Json = Record<string, any>

const context: ReaderContext = { model: 'p/m' }
const delta = (fields: Json, others: Json = {}) => ({ choices: [{ index: 0, delta: fields, ...others }] })
const finish = (reason: string, others: Json = {}) => ({ choices: [{ index: 0, delta: {}, finish_reason: reason, ...others }] })
const piece = (fields: Json) => delta({ tool_calls: [fields] })
const stopped = { type: 'finish', reason: 'stop', usage: undefined }

function read(events: unknown[], { done = true, ...others }: Partial<ReaderContext> & { done?: boolean } = {}): AnswerEvent[] {
  const reader = chatWire.createReader({ ...context, ...others })
  return [...events.flatMap((event) => reader.read(event)), ...reader.end(done)]
}

function readWhole(message: Json, others: Json = {}, choice: Json = { finish_reason: 'stop' }): AnswerEvent[] {
  return chatWire.readWhole({ object: 'chat.completion', choices: [{ index: 0, message, ...choice }], ...others }, context)
}

/** The calls of an answer, as name and arguments. */
function callsOf(events: AnswerEvent[]): [string, string][] {
  const calls: [string, string][] = []
  for (const event of events) {
    if (event.type === 'tool-call-start') calls[event.index] = [event.name, '']
    if (event.type === 'tool-call-delta') calls[event.index]![1] += event.arguments
  }
  return calls
}

const idsOf = (events: AnswerEvent[]) => events.flatMap((event) => (event.type === 'tool-call-start' ? [event.id] : []))
const textOf = (events: AnswerEvent[], type: string) => events.map((event) => (event.type === type ? (event as { text: string }).text : '')).join('')
const reasonOf = (events: AnswerEvent[]) => (events.at(-1) as Json).reason

function failure(run: () => unknown): BridgeError {
  try {
    run()
  } catch (error) {
    return error as BridgeError
  }
  throw new Error('It did not fail.')
}

describe('a text', () => {
  it('comes as it is written', () => {
    expect(read([delta({ role: 'assistant', content: '' }), delta({ content: 'Hel' }), delta({ content: 'lo' }), finish('stop')])).toEqual([
      { type: 'text-delta', text: 'Hel' },
      { type: 'text-delta', text: 'lo' },
      stopped,
    ])
  })

  it.each<[string, unknown, Json[]]>([
    [
      'a list of texts',
      [
        { type: 'text', text: 'A' },
        { type: 'text', text: 'B' },
      ],
      [
        { type: 'text-delta', text: 'A' },
        { type: 'text-delta', text: 'B' },
      ],
    ],
    [
      'Mistral’s thinking',
      [
        { type: 'thinking', thinking: [{ type: 'text', text: 'Hm' }] },
        { type: 'text', text: 'A' },
      ],
      [
        { type: 'reasoning-delta', text: 'Hm' },
        { type: 'text-delta', text: 'A' },
      ],
    ],
    ['a refusal', [{ type: 'refusal', refusal: 'No' }], [{ type: 'refusal-delta', text: 'No' }]],
    ['parts of other kinds', [{ type: 'image_url' }, null, 'x', { type: 'text', text: 'A' }], [{ type: 'text-delta', text: 'A' }]],
    ['nothing', null, []],
  ])('may be %s', (_, content, expected) => {
    expect(read([delta({ content }), finish('stop')])).toEqual([...expected, stopped])
    expect(readWhole({ role: 'assistant', content })).toEqual([...expected, stopped])
  })

  it('may be a refusal', () => {
    expect(read([delta({ refusal: 'I will ' }), delta({ refusal: 'not.' }), finish('stop')])).toEqual([
      { type: 'refusal-delta', text: 'I will ' },
      { type: 'refusal-delta', text: 'not.' },
      stopped,
    ])
    expect(readWhole({ content: null, refusal: 'No.' })).toEqual([{ type: 'refusal-delta', text: 'No.' }, stopped])
  })

  it('has its probabilities', () => {
    const logprobs = { content: [{ token: 'A', logprob: -1, bytes: [65], top_logprobs: [] }] }
    expect(read([delta({ content: 'A' }, { logprobs }), delta({}, { logprobs: { content: [] } }), finish('stop', { logprobs: null })])).toEqual([
      { type: 'text-delta', text: 'A' },
      { type: 'logprobs', content: logprobs.content },
      stopped,
    ])
  })

  it('is passed over what is no chunk', () => {
    expect(
      read([null, 3, 'x', [], {}, { choices: [] }, { choices: [null] }, { choices: 'x' }, { choices: [{}] }, delta({ content: 'A' }), finish('stop')]),
    ).toEqual([{ type: 'text-delta', text: 'A' }, stopped])
  })
})

describe('an end', () => {
  it.each([
    ['stop', 'stop'],
    ['length', 'length'],
    ['tool_calls', 'stop'],
    ['function_call', 'stop'],
    ['content_filter', 'content-filter'],
    ['model_length', 'length'],
    ['STOP', 'stop'],
    ['eos', 'stop'],
    ['max_tokens', 'length'],
  ])('%s without a call is %s', (word, expected) => {
    expect(reasonOf(read([delta({ content: 'A' }), finish(word)]))).toBe(expected)
  })

  it.each([
    ['stop', 'tool-calls'],
    ['tool_calls', 'tool-calls'],
    ['length', 'length'],
    ['content_filter', 'content-filter'],
  ])('%s after a call is %s', (word, expected) => {
    expect(reasonOf(read([piece({ index: 0, id: 'c', function: { name: 'look', arguments: '{}' } }), finish(word)]))).toBe(expected)
  })

  it.each([
    ['a text', [delta({ content: 'A' })], 'stop'],
    ['reasoning', [delta({ reasoning_content: 'Hm' })], 'stop'],
    ['a call', [piece({ index: 0, id: 'c', function: { name: 'look', arguments: '{"a":1}' } })], 'tool-calls'],
  ])('without a reason but marked, after %s, is one', (_, events, expected) => {
    expect(reasonOf(read(events))).toBe(expected)
  })

  it.each<[string, unknown[], boolean]>([
    ['is not marked', [delta({ content: 'A' })], false],
    ['is all there is', [], true],
    ['comes in the middle of a call', [piece({ index: 0, id: 'c', function: { name: 'look', arguments: '{"a":' } })], true],
  ])('without a reason that %s is an error', (_, events, done) => {
    expect(failure(() => read(events, { done }))).toMatchObject({
      status: 502,
      code: 'upstream_incomplete',
      message: 'The provider ended its answer without saying why, so it may be incomplete.',
    })
  })

  it('with a reason need not be marked', () => {
    expect(read([delta({ content: 'A' }), finish('stop')], { done: false })).toEqual([{ type: 'text-delta', text: 'A' }, stopped])
  })

  it.each(['error', 'abort', 'insufficient_system_resource', 'network_error'])('that the provider calls %s is an error', (word) => {
    expect(failure(() => read([delta({ content: 'A' }), finish(word)]))).toMatchObject({
      status: 502,
      code: 'upstream_incomplete',
      message: expect.stringContaining(`'${word}'`),
    })
  })

  it.each([
    [{ stop_reason: 'END' }, 'END'],
    [{ matched_stop: '###' }, '###'],
    [{ matched_stop: 151645 }, undefined],
    [{ stop_reason: '<|im_end|>' }, undefined],
    [{ stop_reason: null }, undefined],
    [{}, undefined],
  ])('by a stop sequence: %j', (fields, expected) => {
    const last = read([delta({ content: 'A' }), finish('stop', fields)], { stop: ['END', '###'] }).at(-1)
    expect(last).toEqual({ ...stopped, ...(expected && { stopSequence: expected }) })
    expect(read([delta({ content: 'A' }), finish('stop', fields)]).at(-1)).toEqual(stopped)
    expect(read([delta({ content: 'A' }), finish('length', fields)], { stop: ['END', '###'] }).at(-1)).toEqual({ ...stopped, reason: 'length' })
  })
})

describe('usage', () => {
  const usage = {
    prompt_tokens: 11,
    completion_tokens: 10,
    total_tokens: 21,
    prompt_tokens_details: { cached_tokens: 4, cache_write_tokens: 2 },
    completion_tokens_details: { reasoning_tokens: 5 },
  }
  const expected = { input: 11, output: 10, cachedInput: 4, cacheWrites: 2, reasoning: 5 }

  it.each<[string, unknown[]]>([
    ['in a chunk of its own', [finish('stop'), { choices: [], usage }]],
    ['with the last', [{ ...finish('stop'), usage }]],
    [
      'growing',
      [
        { ...delta({ content: 'B' }), usage: { prompt_tokens: 1, completion_tokens: 1 } },
        { ...finish('stop'), usage },
        { choices: [], usage: null },
      ],
    ],
    ['of Moonshot’s', [finish('stop', { usage })]],
    ['of Groq’s', [{ ...finish('stop'), x_groq: { usage } }]],
  ])('comes %s', (_, events) => {
    expect(read([delta({ content: 'A' }), ...events]).at(-1)).toEqual({ ...stopped, usage: expected })
  })
})

describe('tool calls', () => {
  const whole = (id: string | undefined, index: number | undefined, args: string, name = 'look') => ({
    ...(id !== undefined && { id }),
    ...(index !== undefined && { index }),
    function: { name, arguments: args },
  })
  const A = '{"city":"A"}'
  const B = '{"zone":"B"}'

  it('come in pieces, told apart by their index', () => {
    expect(
      read([
        piece({ index: 0, id: 'c1', function: { name: 'look', arguments: '' } }),
        piece({ index: 1, id: 'c2', function: { name: 'go' } }),
        piece({ index: 0, function: { arguments: '{"a"' } }),
        piece({ index: 1, function: { arguments: '{}' } }),
        piece({ index: 0, function: { arguments: ':1}' } }),
        finish('tool_calls'),
      ]),
    ).toEqual([
      { type: 'tool-call-start', index: 0, id: 'c1', name: 'look' },
      { type: 'tool-call-start', index: 1, id: 'c2', name: 'go' },
      { type: 'tool-call-delta', index: 0, arguments: '{"a"' },
      { type: 'tool-call-delta', index: 1, arguments: '{}' },
      { type: 'tool-call-delta', index: 0, arguments: ':1}' },
      { ...stopped, reason: 'tool-calls' },
    ])
  })

  it.each<[string, Json[], [string, string][]]>([
    [
      'two whole ones without an index',
      [whole('c1', undefined, A), whole('c2', undefined, B)],
      [
        ['look', A],
        ['look', B],
      ],
    ],
    [
      'two of one index',
      [whole('c1', 0, A), whole('c2', 0, B)],
      [
        ['look', A],
        ['look', B],
      ],
    ],
    [
      'two of one index and id',
      [whole('c1', 0, A), whole('c1', 0, B)],
      [
        ['look', A],
        ['look', B],
      ],
    ],
    [
      'two of one id',
      [whole('c1', 0, A), whole('c1', 1, B)],
      [
        ['look', A],
        ['look', B],
      ],
    ],
    [
      'two of one id without an index',
      [whole('c1', undefined, A), whole('c1', undefined, B)],
      [
        ['look', A],
        ['look', B],
      ],
    ],
    [
      'two without id and index',
      [whole(undefined, undefined, A), whole(undefined, undefined, B)],
      [
        ['look', A],
        ['look', B],
      ],
    ],
    [
      'two alike',
      [whole('c1', 0, A), whole('c2', 0, A)],
      [
        ['look', A],
        ['look', A],
      ],
    ],
    [
      'two tools of one id',
      [whole('c1', 0, '', 'look'), whole('c1', 0, '', 'go')],
      [
        ['look', '{}'],
        ['go', '{}'],
      ],
    ],
    [
      'two of one id in pieces',
      [
        whole('c1', 0, ''),
        { index: 0, function: { arguments: A } },
        whole('c1', 0, ''),
        { index: 0, function: { arguments: '{"zone":' } },
        { index: 0, function: { arguments: '"B"}' } },
      ],
      [
        ['look', A],
        ['look', B],
      ],
    ],
    [
      'two without an index in pieces',
      [whole('c1', undefined, '{"city"'), { function: { arguments: ':"A"}' } }, whole('c2', undefined, B)],
      [
        ['look', A],
        ['look', B],
      ],
    ],
    ['the name and id in every piece', [whole('c1', 0, '{"city"'), whole('c1', 0, ':"A"'), whole('c1', 0, '}')], [['look', A]]],
    ['the name and id once more at the end', [whole('c1', 0, A), whole('c1', 0, '')], [['look', A]]],
    [
      'the name and id once more at the end, and nothing after it',
      [whole('c1', 0, A), whole('c1', 0, ''), { index: 0, function: { arguments: '' } }],
      [['look', A]],
    ],
    ['an id of its own for every piece', [whole('x1', 0, '{"city"'), { index: 0, id: 'x2', function: { arguments: ':"A"}' } }], [['look', A]]],
    [
      'an id by which a piece is found',
      [
        whole('c1', undefined, '{"city"'),
        whole('c2', undefined, '{"zone"'),
        { id: 'c1', function: { arguments: ':"A"}' } },
        { id: 'c2', function: { arguments: ':"B"}' } },
      ],
      [
        ['look', A],
        ['look', B],
      ],
    ],
    ['the name after the arguments', [{ index: 0, id: 'c1', function: { arguments: '{"city"' } }, whole('c1', 0, ':"A"}')], [['look', A]]],
    ['blank names and ids in later pieces', [whole('c1', 0, '{"city"'), { index: 0, id: '', function: { name: '', arguments: ':"A"}' } }], [['look', A]]],
    ['no arguments', [whole('c1', 0, '')], [['look', '{}']]],
    ['arguments of null', [{ index: 0, id: 'c1', function: { name: 'look', arguments: null } }], [['look', '{}']]],
    ['arguments that are an object', [{ index: 0, id: 'c1', function: { name: 'look', arguments: { city: 'A' } } }], [['look', A]]],
    ['a call without a name', [{ index: 0, id: 'c1', function: { arguments: '{}' } }], []],
  ])('with %s', (_, pieces, expected) => {
    const streamed = read([...pieces.map(piece), finish('tool_calls')])
    expect(callsOf(streamed)).toEqual(expected)
    expect(reasonOf(streamed)).toBe(expected.length > 0 ? 'tool-calls' : 'stop')
    const inOne = read([delta({ tool_calls: pieces }), finish('tool_calls')])
    expect(callsOf(inOne)).toEqual(expected)
    for (const events of [streamed, inOne]) {
      const ids = idsOf(events)
      expect(new Set(ids).size).toBe(expected.length)
      for (const id of ids) expect(id).not.toBe('')
    }
  })

  it('keep ids that are distinct', () => {
    expect(idsOf(read([piece(whole('c1', 0, A)), piece(whole('c1', 1, B)), piece(whole('c2', 2, B)), finish('stop')]))).toEqual(['c1', 'c1_2', 'c2'])
  })

  it('may be whole, and of the old kind', () => {
    const calls = [whole('c1', undefined, A), whole('c2', undefined, B)]
    expect(callsOf(readWhole({ content: null, tool_calls: calls }, {}, { finish_reason: 'tool_calls' }))).toEqual([
      ['look', A],
      ['look', B],
    ])
    expect(
      callsOf(
        read([delta({ function_call: { name: 'look', arguments: '{"ci' } }), delta({ function_call: { arguments: 'ty":"A"}' } }), finish('function_call')]),
      ),
    ).toEqual([['look', A]])
  })

  it('have the client’s names', () => {
    const toolNames = toolNamesOf(prompt({ tools: [tool('mail.read')] }))
    expect(callsOf(read([piece(whole('c1', 0, A, 'mail_read')), piece(whole('c2', 1, B, 'other')), finish('stop')], { toolNames }))).toEqual([
      ['mail.read', A],
      ['other', B],
    ])
  })

  it('that are cut keep what came of them', () => {
    expect(callsOf(read([piece(whole('c1', 0, '')), finish('length')]))).toEqual([['look', '']])
  })

  it('have Gemini’s signature', () => {
    const token = { kind: 'thought-signature', value: 's', origin: 'p/m' }
    const events = read([piece({ ...whole('c1', 0, A), extra_content: { google: { thought_signature: 's' } } }), finish('stop')])
    expect(events).toContainEqual({ type: 'part-token', part: 'tool-call', index: 0, token })
  })
})

describe('reasoning', () => {
  const detailsToken = (...items: Json[]) => ({
    type: 'part-token',
    part: 'reasoning',
    token: { kind: 'details', value: JSON.stringify(items), origin: 'p/m' },
  })
  const opaqueToken = (value: string) => ({ type: 'part-token', part: 'reasoning', token: { kind: 'opaque', value, origin: 'p/m' } })
  const details = (...items: Json[]) => delta({ reasoning_details: items })

  it.each(['reasoning_content', 'reasoning', 'reasoning_text'])('may be called %s', (name) => {
    expect(read([delta({ [name]: 'Hm' }), delta({ content: 'A' }), finish('stop')])).toEqual([
      { type: 'reasoning-delta', text: 'Hm' },
      { type: 'text-delta', text: 'A' },
      stopped,
    ])
    expect(readWhole({ content: 'A', [name]: 'Hm' })).toEqual([{ type: 'reasoning-delta', text: 'Hm' }, { type: 'text-delta', text: 'A' }, stopped])
  })

  it('that has several names is told once', () => {
    const text = { type: 'reasoning.text', text: 'Hm', index: 0 }
    const events = read([delta({ reasoning_content: 'Hm', reasoning: 'Hm', reasoning_details: [text] }), finish('stop')])
    expect(textOf(events, 'reasoning-delta')).toBe('Hm')
  })

  it('of OpenRouter’s merges by its index, and stands before what follows', () => {
    expect(
      read([
        delta({ reasoning: 'H', reasoning_details: [{ type: 'reasoning.text', text: 'H', index: 0, format: 'f' }] }),
        delta({ reasoning: 'm', reasoning_details: [{ type: 'reasoning.text', text: 'm', index: 0, format: 'f' }] }),
        details({ type: 'reasoning.text', signature: 's', index: 0, format: 'f' }),
        delta({ content: 'A' }),
        finish('stop'),
      ]),
    ).toEqual([
      { type: 'reasoning-delta', text: 'H' },
      { type: 'reasoning-delta', text: 'm' },
      detailsToken({ type: 'reasoning.text', text: 'Hm', index: 0, format: 'f', signature: 's' }),
      { type: 'text-delta', text: 'A' },
      stopped,
    ])
  })

  it('of several blocks stays apart, whatever is null in their pieces', () => {
    const piece = (text: string | null, index: number, signature: string | null = null) => details({ type: 'reasoning.text', text, signature, index })
    const events = read([piece('A', 0), piece('a', 0, 's'), piece(null, 0), piece('B', 1), piece('C', 2), piece('c', 2), piece('b', 1), finish('stop')])
    const block = (text: string, index: number, signature: string | null) => ({ type: 'reasoning.text', text, signature, index })
    expect(events.at(-2)).toEqual(detailsToken(block('Aa', 0, 's'), block('Bb', 1, null), block('Cc', 2, null)))
  })

  it('in details alone is visible, and encrypted items stay apart', () => {
    const events = read([
      details({ type: 'reasoning.summary', summary: 'S', index: 0 }),
      details({ type: 'reasoning.encrypted', data: 'x', index: 1, id: 'rs_1' }),
      details({ type: 'reasoning.encrypted', data: 'y', index: 1, id: 'rs_2' }),
      piece({ index: 0, id: 'c1', function: { name: 'look', arguments: '{}' } }),
      finish('tool_calls'),
    ])
    expect(events.slice(0, 3)).toEqual([
      { type: 'reasoning-delta', text: 'S' },
      detailsToken(
        { type: 'reasoning.summary', summary: 'S', index: 0 },
        { type: 'reasoning.encrypted', data: 'x', index: 1, id: 'rs_1' },
        { type: 'reasoning.encrypted', data: 'y', index: 1, id: 'rs_2' },
      ),
      { type: 'tool-call-start', index: 0, id: 'c1', name: 'look' },
    ])
  })

  it('between texts and calls stays in its order', () => {
    const block = (text: string, index: number) => ({ type: 'reasoning.text', text, signature: `s${index}`, index })
    const events = read([
      details(block('Hm', 0)),
      piece({ index: 0, id: 'c1', function: { name: 'look', arguments: '{}' } }),
      details(block('Ho', 1)),
      delta({ content: 'A' }),
      finish('stop'),
    ])
    expect(events.map((event) => event.type)).toEqual([
      'reasoning-delta',
      'part-token',
      'tool-call-start',
      'tool-call-delta',
      'reasoning-delta',
      'part-token',
      'text-delta',
      'finish',
    ])
    expect(events[5]).toEqual(detailsToken(block('Ho', 1)))
  })

  it('that comes late stands at the end, and cuts no text', () => {
    const late = { type: 'reasoning.encrypted', data: 'x', id: 'c1', index: 0 }
    const events = read([delta({ content: 'A' }), details(late), delta({ content: 'B' }), finish('stop')])
    expect(events.map((event) => event.type)).toEqual(['text-delta', 'text-delta', 'part-token', 'finish'])
    expect(events[2]).toEqual(detailsToken(late))
  })

  it('whole, is kept as received', () => {
    const list = [
      { type: 'reasoning.text', text: 'A', index: 0 },
      { type: 'reasoning.text', text: 'B', index: 0 },
    ]
    expect(readWhole({ content: 'C', reasoning: 'AB', reasoning_details: list })).toEqual([
      { type: 'reasoning-delta', text: 'AB' },
      detailsToken(...list),
      { type: 'text-delta', text: 'C' },
      stopped,
    ])
  })

  it('of Copilot’s is put together', () => {
    const events = read([
      delta({ reasoning_text: 'Hm' }),
      delta({ reasoning_opaque: 'a' }),
      delta({ reasoning_opaque: 'b', tool_calls: [{ index: 0, id: 'c1', function: { name: 'look', arguments: '{}' } }] }),
      delta({ reasoning_opaque: 'c', tool_calls: [{ index: 1, id: 'c2', function: { name: 'go', arguments: '{}' } }] }),
      finish('tool_calls'),
    ])
    expect(events.map((event) => event.type)).toEqual([
      'reasoning-delta',
      'part-token',
      'tool-call-start',
      'tool-call-delta',
      'part-token',
      'tool-call-start',
      'tool-call-delta',
      'finish',
    ])
    expect(events[1]).toEqual(opaqueToken('ab'))
    expect(events[4]).toEqual(opaqueToken('c'))
  })
})

describe('an error', () => {
  it.each<[unknown, Json]>([
    [{ error: { message: 'No.', code: 429 } }, { status: 429, code: 'rate_limit_exceeded', message: 'No.' }],
    [{ error: { message: 'No.', type: 'invalid_request_error', code: 'bad' } }, { status: 400, code: 'bad', type: 'invalid_request_error', message: 'No.' }],
    [{ error: 'No.' }, { status: 502, message: 'No.' }],
    [
      { id: 'x', error: { code: 503, message: 'No.' }, choices: [{ index: 0, delta: { content: '' }, finish_reason: 'error' }] },
      { status: 503, message: 'No.' },
    ],
    [
      { choices: [{ index: 0, delta: { content: '' }, finish_reason: 'error', error: { code: 502, message: 'No.' } }] },
      { status: 502, code: 'upstream_error', message: 'No.' },
    ],
    [
      { object: 'error', message: 'No.', code: 400 },
      { status: 400, message: 'No.' },
    ],
  ])('%j', (event, expected) => {
    expect(failure(() => read([event]))).toMatchObject(expected)
    expect(failure(() => read([delta({ content: 'A' }), event]))).toMatchObject(expected)
  })

  it('may be the whole answer', () => {
    expect(failure(() => chatWire.readWhole({ error: { message: 'No.', code: 'model_not_found' } }, context))).toMatchObject({ status: 404, message: 'No.' })
    expect(failure(() => chatWire.readWhole({ detail: 'No.' }, context))).toMatchObject({ status: 502, message: 'No.' })
  })

  it.each([null, 'x', 3, [], {}, { choices: [] }, { choices: [{}] }, { choices: [{ message: null }] }])('is what is no completion: %j', (body) => {
    expect(failure(() => chatWire.readWhole(body, context))).toMatchObject({ status: 502 })
  })
})

describe('a whole answer', () => {
  it('is told as a stream is', () => {
    const usage = { prompt_tokens: 3, completion_tokens: 2 }
    const call = { id: 'c1', type: 'function', function: { name: 'look', arguments: '{"a":1}' } }
    expect(readWhole({ role: 'assistant', content: 'A', reasoning_content: 'Hm', tool_calls: [call] }, { usage }, { finish_reason: 'tool_calls' })).toEqual([
      { type: 'reasoning-delta', text: 'Hm' },
      { type: 'text-delta', text: 'A' },
      { type: 'tool-call-start', index: 0, id: 'c1', name: 'look' },
      { type: 'tool-call-delta', index: 0, arguments: '{"a":1}' },
      { type: 'finish', reason: 'tool-calls', usage: { input: 3, output: 2, cachedInput: 0, cacheWrites: 0, reasoning: 0 } },
    ])
  })

  it('need not say why it ended', () => {
    expect(readWhole({ content: 'A' }, {}, { finish_reason: null })).toEqual([{ type: 'text-delta', text: 'A' }, stopped])
  })

  it('may come in an event', () => {
    expect(read([{ object: 'chat.completion', choices: [{ index: 0, message: { role: 'assistant', content: 'A' }, finish_reason: 'stop' }] }])).toEqual([
      { type: 'text-delta', text: 'A' },
      stopped,
    ])
  })
})
