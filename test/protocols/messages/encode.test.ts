import type Anthropic from '@anthropic-ai/sdk'
import { describe, expect, it } from 'vitest'
import { BridgeError } from '../../../src/core/errors.ts'
import type { FinishReason } from '../../../src/core/answer-event.ts'
import type { Token } from '../../../src/core/prompt.ts'
import { assembleAnswer } from '../../../src/protocols/answer.ts'
import { createEncoder } from '../../../src/protocols/messages/encode.ts'
import { messages as protocol } from '../../../src/protocols/messages/index.ts'
import type { JsonBlockEvent, JsonEvent, JsonMessage } from '../../../src/protocols/messages/shapes.ts'
import type { EncodedEvent } from '../../../src/protocols/protocol.ts'
import { wrapToken } from '../../../src/protocols/token-envelope.ts'
import { type PublishedText, REQUIRED, REQUIRED_AT_END, REQUIRED_OF_BLOCK, REQUIRED_OF_DELTA, REQUIRED_OF_EVENT } from './published-schema.ts'

const identity = { id: 'abc', created: 1 }
const usage = { input: 10, output: 4, cachedInput: 3, cacheWrites: 2, reasoning: 1 }

const text = (value: string): EncodedEvent => ({ type: 'text-delta', text: value })
const thought = (value: string): EncodedEvent => ({ type: 'reasoning-delta', text: value })
const start = (index: number): EncodedEvent => ({ type: 'tool-call-start', index, id: `call_${index}`, name: 'read' })
const args = (index: number, value: string): EncodedEvent => ({ type: 'tool-call-delta', index, arguments: value })
const finish = (reason: FinishReason = 'stop'): EncodedEvent => ({ type: 'finish', reason, usage })

function stream(events: EncodedEvent[]): JsonEvent[] {
  const encoder = createEncoder(identity, { model: 'claude', showThoughts: true, estimateInput: () => 1234 })
  return events.flatMap((event) => encoder.event(event, 0)).map(parseFrame)
}

function parseFrame(frame: string): JsonEvent {
  const [, name, data] = /^event: (\S+)\ndata: (.+)\n\n$/.exec(frame)!
  const event = JSON.parse(data!) as JsonEvent
  expect(event.type).toBe(name)
  return event
}

function whole(events: EncodedEvent[]): JsonMessage {
  return createEncoder(identity, { model: 'claude', showThoughts: true, estimateInput: () => 1234 }).answer([assembleAnswer(events)]) as JsonMessage
}

/** Each event in short: `start 0 text`, `0 text_delta Hi`, `stop 0`, or its type. */
function outline(events: JsonEvent[]): string[] {
  return events.map((event) => {
    switch (event.type) {
      case 'content_block_start':
        return `start ${event.index} ${event.content_block.type}`
      case 'content_block_delta': {
        const { type, ...content } = event.delta
        return `${event.index} ${type} ${Object.values(content).join('')}`
      }
      case 'content_block_stop':
        return `stop ${event.index}`
      default:
        return event.type
    }
  })
}

/** Checks what holds of every stream: order, one open block, indices that count up, and the published fields. */
function checkStream(events: JsonEvent[]): void {
  const types = events.map(({ type }) => type)
  expect(types.slice(0, 2)).toEqual(['message_start', 'ping'])
  expect(types.slice(-2)).toEqual(['message_delta', 'message_stop'])
  let open: number | undefined
  let next = 0
  for (const event of events.slice(2, -2) as JsonBlockEvent[]) {
    if (event.type === 'content_block_start') {
      expect([open, event.index]).toEqual([undefined, next++])
      open = event.index
      expect(event.content_block).toSatisfy(has(REQUIRED_OF_BLOCK[event.content_block.type]))
    } else {
      expect(event.index).toBe(open)
      if (event.type === 'content_block_stop') open = undefined
      else expect(event.delta).toSatisfy(has(REQUIRED_OF_DELTA[event.delta.type]))
    }
  }
  expect(open).toBeUndefined()
  for (const event of events) {
    expect(event).toSatisfy(has(REQUIRED_OF_EVENT[event.type]))
    if (event.type === 'message_start') checkMessage(event.message)
    if (event.type !== 'message_delta') continue
    expect(event.delta).toSatisfy(has(REQUIRED_AT_END.delta))
    expect(event.usage).toSatisfy(has(REQUIRED_AT_END.usage))
  }
}

function checkMessage(message: JsonMessage): void {
  expect(message).toSatisfy(has(REQUIRED.message))
  expect(message.usage).toSatisfy(has(REQUIRED.usage))
  for (const block of message.content) expect(block).toSatisfy(has(REQUIRED_OF_BLOCK[block.type]))
}

function has(keys: string[] | undefined): (value: object) => boolean {
  return (value) => keys !== undefined && keys.every((key) => key in value)
}

/** What a client makes of a stream. */
function read(events: JsonEvent[]): unknown[] {
  const blocks: { type: string; content: string }[] = []
  for (const event of events) {
    if (event.type === 'content_block_start') blocks.push({ type: event.content_block.type, content: '' })
    if (event.type === 'content_block_delta') blocks[event.index]!.content += Object.values(event.delta).slice(1).join('')
  }
  return blocks
}

describe('a message', () => {
  it('has all that the answer has', () => {
    const message = whole([thought('Hm.'), text('I read.'), start(0), args(0, '{"path":'), args(0, '"a"}'), start(1), finish('tool-calls')])
    checkMessage(message)
    expect(message).toMatchObject({
      id: 'msg_abc',
      type: 'message',
      role: 'assistant',
      model: 'claude',
      content: [
        { type: 'thinking', thinking: 'Hm.', signature: '' },
        { type: 'text', text: 'I read.' },
        { type: 'tool_use', id: 'call_0', name: 'read', input: { path: 'a' } },
        { type: 'tool_use', id: 'call_1', name: 'read', input: {} },
      ],
      stop_reason: 'tool_use',
      stop_sequence: null,
      usage: { input_tokens: 5, cache_read_input_tokens: 3, cache_creation_input_tokens: 2, output_tokens: 4, output_tokens_details: { thinking_tokens: 1 } },
    })
  })

  it.each([
    ['stop', 'end_turn', null],
    ['length', 'max_tokens', null],
    ['tool-calls', 'tool_use', null],
    ['content-filter', 'refusal', 'refusal'],
  ] as const)('that ends with %s has %s', (reason, expected, details) => {
    const message = whole([finish(reason)])
    expect([message.stop_reason, message.stop_details?.type ?? null, message.content]).toEqual([expected, details, []])
  })

  it('names the stop sequence that ended it', () => {
    const end = { type: 'finish', reason: 'stop', usage, stopSequence: 'END' } as const
    expect(whole([text('a'), end])).toMatchObject({ stop_reason: 'stop_sequence', stop_sequence: 'END' })
    expect(stream([text('a'), end]).at(-2)).toMatchObject({ delta: { stop_reason: 'stop_sequence', stop_sequence: 'END' } })
  })

  it('has zeros for a usage that nobody told', () => {
    expect(whole([{ type: 'finish', reason: 'stop', usage: undefined }]).usage).toMatchObject({ input_tokens: 0, output_tokens: 0 })
  })

  it('keeps arguments that are no object', () => {
    const inputOf = (value: string) => whole([start(0), args(0, value), finish()]).content.map((block) => 'input' in block && block.input)
    expect(inputOf('{"path": "a')).toEqual([{ INVALID_JSON: '{"path": "a' }])
    expect(inputOf('[1]')).toEqual([{ INVALID_JSON: '[1]' }])
  })

  it('is one of Anthropic’s, as its events are', () => {
    type Block = Exclude<Anthropic.ContentBlock, { type: 'text' }> | PublishedText
    type Message = Omit<Anthropic.Message, 'content'> & { content: Block[] }
    type Start = Omit<Anthropic.RawContentBlockStartEvent, 'content_block'> & { content_block: Block }
    type Begin = Omit<Anthropic.RawMessageStartEvent, 'message'> & { message: Message }
    type Published = Exclude<Anthropic.RawMessageStreamEvent, { type: 'content_block_start' | 'message_start' }> | Start | Begin
    const fits = (message: JsonMessage, event: Exclude<JsonEvent, { type: 'ping' | 'error' }>): [Message, Published] => [message, event]
    expect(fits).toBeTypeOf('function')
  })
})

describe('tokens', () => {
  const origin = 'claude/opus'
  const token = (kind: Token['kind'], value: string): Token => ({ kind, value, origin })
  const reasoned = (made: Token): EncodedEvent => ({ type: 'part-token', part: 'reasoning', token: made })
  const signed = token('thought-signature', 'Zm9v')
  const wrappedCall = wrapToken(signed, { part: 'tool-call', id: 'call_0' })
  const wrappedText = wrapToken(signed, { part: 'text' })

  const events = [
    thought('Hm.'),
    reasoned(token('signature', 'c2ln')),
    reasoned(token('redacted', 'cmVk')),
    start(0),
    { type: 'part-token', part: 'tool-call', index: 0, token: signed },
    args(0, '{}'),
    thought('So.'),
    reasoned(token('signature', 'c28=')),
    reasoned(token('signature', 'bm90aGluZw==')),
    text('Done.'),
    { type: 'part-token', part: 'text', token: signed },
    start(1),
    args(1, '{}'),
    finish('tool-calls'),
  ] satisfies EncodedEvent[]

  it('are in their own fields as they are, in others in an envelope, in order', () => {
    const message = whole(events)
    checkMessage(message)
    expect(message.content).toMatchObject([
      { type: 'thinking', thinking: 'Hm.', signature: 'c2ln' },
      { type: 'redacted_thinking', data: 'cmVk' },
      { type: 'tool_use', id: 'call_0' },
      { type: 'thinking', thinking: '', signature: wrappedCall },
      { type: 'thinking', thinking: 'So.', signature: 'c28=' },
      { type: 'thinking', thinking: '', signature: 'bm90aGluZw==' },
      { type: 'text', text: 'Done.' },
      { type: 'thinking', thinking: '', signature: wrappedText },
      { type: 'tool_use', id: 'call_1' },
    ])
  })

  it('are streamed at the end of their block, and an empty one is a block', () => {
    const told = stream(events)
    checkStream(told)
    expect(outline(told).slice(2, -2)).toEqual([
      'start 0 thinking',
      '0 thinking_delta Hm.',
      '0 signature_delta c2ln',
      'stop 0',
      'start 1 redacted_thinking',
      'stop 1',
      'start 2 tool_use',
      '2 input_json_delta {}',
      'stop 2',
      'start 3 thinking',
      `3 signature_delta ${wrappedCall}`,
      'stop 3',
      'start 4 thinking',
      '4 thinking_delta So.',
      '4 signature_delta c28=',
      'stop 4',
      'start 5 thinking',
      '5 signature_delta bm90aGluZw==',
      'stop 5',
      'start 6 text',
      '6 text_delta Done.',
      'stop 6',
      'start 7 thinking',
      `7 signature_delta ${wrappedText}`,
      'stop 7',
      'start 8 tool_use',
      '8 input_json_delta {}',
      'stop 8',
    ])
    expect(told.find((event) => event.type === 'content_block_start' && event.index === 1)).toMatchObject({ content_block: { data: 'cmVk' } })
    expect(told.filter((event) => event.type === 'content_block_start' && event.content_block.type === 'thinking')).toMatchObject(
      Array.from({ length: 5 }, () => ({ content_block: { thinking: '', signature: '' } })),
    )
  })

  it('of a text are left out at the end of an answer, where programs look for the text', () => {
    const ended = [text('Done.'), { type: 'part-token', part: 'text', token: signed }, finish('stop')] satisfies EncodedEvent[]
    expect(whole(ended).content).toMatchObject([{ type: 'text', text: 'Done.' }])
    expect(outline(stream(ended)).slice(2, -2)).toEqual(['start 0 text', '0 text_delta Done.', 'stop 0'])
  })

  it('bring along what was thought where it is not shown, if they vouch for it', () => {
    const hide = () => createEncoder(identity, { model: 'claude', showThoughts: false, estimateInput: () => 1234 })
    const hidden = [
      thought('Hm.'),
      reasoned(token('signature', 'c2ln')),
      thought('So.'),
      reasoned(token('redacted', 'cmVk')),
      thought('Unsigned.'),
      text('Done.'),
      finish(),
    ]
    const wrapped = wrapToken(token('signature', 'c2ln'), { part: 'reasoning', text: 'Hm.' })
    const content = [
      { type: 'thinking', thinking: '', signature: wrapped },
      { type: 'redacted_thinking', data: 'cmVk' },
      { type: 'text', text: 'Done.' },
    ]
    expect(hide().answer([assembleAnswer(hidden)])).toMatchObject({ content })
    const encoder = hide()
    const told = hidden.flatMap((event) => encoder.event(event, 0)).map(parseFrame)
    checkStream(told)
    expect(outline(told).slice(2, -2)).toEqual([
      'start 0 thinking',
      `0 signature_delta ${wrapped}`,
      'stop 0',
      'start 1 redacted_thinking',
      'stop 1',
      'start 2 text',
      '2 text_delta Done.',
      'stop 2',
    ])
  })

  it('of a call wait for the call’s end', () => {
    const told = stream([start(0), { type: 'part-token', part: 'tool-call', index: 0, token: signed }, start(1), args(1, '{}'), args(0, '{}'), finish()])
    checkStream(told)
    expect(outline(told).filter((line) => line.startsWith('start'))).toEqual(['start 0 tool_use', 'start 1 thinking', 'start 2 tool_use'])
  })
})

describe('a refusal', () => {
  const refusal: EncodedEvent = { type: 'refusal-delta', text: 'No.' }

  it('is text with a reason of its own', () => {
    expect(whole([refusal, finish()])).toMatchObject({ content: [{ type: 'text', text: 'No.' }], stop_reason: 'refusal', stop_details: { type: 'refusal' } })
    const told = stream([refusal, finish()])
    checkStream(told)
    expect(outline(told).slice(2, -2)).toEqual(['start 0 text', '0 text_delta No.', 'stop 0'])
    expect(told.at(-2)).toMatchObject({ delta: { stop_reason: 'refusal' } })
  })
})

describe('a stream', () => {
  it('of text', () => {
    const events = stream([text('Hel'), text(''), text('lo'), finish()])
    checkStream(events)
    expect(outline(events)).toEqual(['message_start', 'ping', 'start 0 text', '0 text_delta Hel', '0 text_delta lo', 'stop 0', 'message_delta', 'message_stop'])
    expect(events[0]).toMatchObject({
      message: { id: 'msg_abc', model: 'claude', content: [], stop_reason: null, usage: { input_tokens: 1234, output_tokens: 0 } },
    })
    expect(events.at(-2)).toMatchObject({
      delta: { stop_reason: 'end_turn', stop_sequence: null },
      usage: { input_tokens: 5, cache_read_input_tokens: 3, cache_creation_input_tokens: 2, output_tokens: 4 },
    })
  })

  it('of thinking, text and calls', () => {
    const events = stream([
      thought('Hm'),
      thought('.'),
      text('I read.'),
      start(0),
      args(0, '{"a":'),
      args(0, '1}'),
      start(1),
      args(1, '{}'),
      finish('tool-calls'),
    ])
    checkStream(events)
    expect(outline(events).slice(2, -2)).toEqual([
      'start 0 thinking',
      '0 thinking_delta Hm',
      '0 thinking_delta .',
      '0 signature_delta ',
      'stop 0',
      'start 1 text',
      '1 text_delta I read.',
      'stop 1',
      'start 2 tool_use',
      '2 input_json_delta {"a":',
      '2 input_json_delta 1}',
      'stop 2',
      'start 3 tool_use',
      '3 input_json_delta {}',
      'stop 3',
    ])
    expect(events.find((event) => event.type === 'content_block_start' && event.index === 2)).toMatchObject({
      content_block: { id: 'call_0', name: 'read', input: {} },
    })
  })

  it('keeps calls that are written at once apart', () => {
    const events = stream([start(0), start(1), args(1, '{"b":'), args(0, '{"a":'), args(1, '2}'), args(0, '1}'), text('Done.'), finish('tool-calls')])
    checkStream(events)
    expect(outline(events).slice(2, -2)).toEqual([
      'start 0 tool_use',
      '0 input_json_delta {"a":',
      '0 input_json_delta 1}',
      'stop 0',
      'start 1 tool_use',
      '1 input_json_delta {"b":2}',
      'stop 1',
      'start 2 text',
      '2 text_delta Done.',
      'stop 2',
    ])
  })

  it('ends what is not whole, and tells of a call without arguments', () => {
    const events = stream([start(0), args(0, '{"a'), start(1), finish('length')])
    checkStream(events)
    expect(outline(events).slice(2, -2)).toEqual(['start 0 tool_use', '0 input_json_delta {"a', 'stop 0', 'start 1 tool_use', 'stop 1'])
  })

  it('of nothing has no block', () => {
    const events = stream([{ type: 'logprobs', content: [] }, finish()])
    checkStream(events)
    expect(events).toHaveLength(4)
  })

  it('says the same however it is split', () => {
    for (let seed = 1; seed <= 60; seed++) {
      const random = generator(seed)
      const calls = Array.from({ length: Math.floor(random() * 4) }, (_, index) =>
        JSON.stringify({ path: `}${'{"\\'.repeat(index)}`, deep: { list: [index, {}] } }),
      )
      const spoken = [...split('Let me think.', random).map(thought), ...split('I read "both" files.', random).map(text)]
      const lanes = calls.map((json, index) => [start(index), ...split(json, random).map((part) => args(index, part))])
      const events = stream([...spoken, ...interleave(lanes, random), finish()])
      checkStream(events)
      expect(read(events)).toEqual([
        { type: 'thinking', content: 'Let me think.' },
        { type: 'text', content: 'I read "both" files.' },
        ...calls.map((content) => ({ type: 'tool_use', content })),
      ])
    }
  })

  it('that breaks ends with an error and no message_stop', () => {
    const encoder = createEncoder(identity, { model: 'claude', showThoughts: true, estimateInput: () => 1234 })
    const error = new BridgeError('opencode died.', { code: 'process_failed', status: 502 })
    const frames = [...encoder.event(text('Hel'), 0), ...encoder.error(error)].map(parseFrame)
    expect(frames.map(({ type }) => type)).toEqual(['message_start', 'ping', 'content_block_start', 'content_block_delta', 'error'])
    expect(frames.at(-1)).toMatchObject({ type: 'error', error: { type: 'api_error', message: 'opencode died.' } })
  })
})

describe('an error', () => {
  it.each([
    [400, undefined, 'invalid_request_error'],
    [401, undefined, 'authentication_error'],
    [402, undefined, 'billing_error'],
    [403, undefined, 'permission_error'],
    [404, undefined, 'not_found_error'],
    [405, undefined, 'invalid_request_error'],
    [413, undefined, 'request_too_large'],
    [429, 'insufficient_quota', 'rate_limit_error'],
    [500, 'overloaded_error', 'overloaded_error'],
    [502, undefined, 'api_error'],
    [503, undefined, 'overloaded_error'],
    [504, undefined, 'timeout_error'],
    [529, undefined, 'overloaded_error'],
  ])('with status %i and type %s is a %s', (status, type, expected) => {
    const body = protocol.encodeError(new BridgeError('No.', { code: 'x', status, ...(type && { type }) }))
    expect(body).toEqual({ type: 'error', error: { type: expected, message: 'No.', details: { error_code: 'x' } }, request_id: null })
    expect(body).toSatisfy(has(REQUIRED.error))
  })

  it('repeats the id of its request', () => {
    const error = new BridgeError('No.', { code: 'x', status: 500 })
    expect(protocol.encodeError(error, 'req_1')).toMatchObject({ request_id: 'req_1' })
    const [frame] = createEncoder({ ...identity, requestId: 'req_1' }, { model: 'claude', showThoughts: true, estimateInput: () => 1234 }).error(error)
    expect(parseFrame(frame!)).toMatchObject({ type: 'error', request_id: 'req_1' })
  })
})

/** A small generator of numbers from 0 to 1, so that a failure can be repeated. */
function generator(seed: number): () => number {
  let state = seed
  return () => {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648
    return state / 2_147_483_648
  }
}

function split(whole: string, random: () => number): string[] {
  const parts: string[] = []
  for (let rest = whole; rest !== '';) {
    const length = 1 + Math.floor(random() * 8)
    parts.push(rest.slice(0, length))
    rest = rest.slice(length)
  }
  return parts
}

/** Mixes lists, each in its order; they begin in order, as an engine numbers calls. */
function interleave<T>(lanes: T[][], random: () => number): T[] {
  const mixed: T[] = []
  let begun = 0
  while (lanes.some((lane) => lane.length > 0)) {
    const lane = Math.floor(random() * Math.min(begun + 1, lanes.length))
    if (lane === begun) begun++
    const next = lanes[lane]!.shift()
    if (next !== undefined) mixed.push(next)
  }
  return mixed
}
