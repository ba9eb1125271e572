import { describe, expect, it } from 'vitest'
import { BridgeError, cancelledError } from '../../../src/core/errors.ts'
import type { FinishReason } from '../../../src/core/answer-event.ts'
import type { Token } from '../../../src/core/prompt.ts'
import { assembleAnswer } from '../../../src/protocols/answer.ts'
import type { EncodedEvent } from '../../../src/protocols/protocol.ts'
import { wrapToken } from '../../../src/protocols/token-envelope.ts'
import type { JsonEvent, JsonItem, JsonResponse } from '../../../src/protocols/responses/shapes.ts'
import { args, encoder, final, finish, parse, reasoning, start, stop, stream, text } from './stream.ts'

function answer(...events: EncodedEvent[]): JsonResponse {
  return encoder().encoder.answer([assembleAnswer(events)]) as JsonResponse
}

function types(events: JsonEvent[]): string[] {
  return events.map(({ type }) => type.replace(/^response\./, ''))
}

/** What the deltas of each item add up to, in the order of the items. */
function joined(events: JsonEvent[]): string[] {
  const texts: string[] = []
  for (const event of events) {
    if ('delta' in event) texts[event.output_index] = (texts[event.output_index] ?? '') + event.delta
  }
  return texts
}

function said(item: JsonItem): string {
  switch (item.type) {
    case 'message':
      return item.content.map((part) => (part.type === 'refusal' ? part.refusal : part.text)).join('')
    case 'reasoning':
      return item.summary.map((part) => part.text).join('')
    case 'function_call':
      return item.arguments
    case 'custom_tool_call':
      return item.input
    case 'web_search_call':
      return item.action.query
    case 'tool_search_call':
      return JSON.stringify(item.arguments)
  }
}

describe('a search for tools', () => {
  const done = { type: 'tool_search_call', id: 'tsc_abco0', status: 'completed', call_id: 'call_0', execution: 'client', arguments: { query: 'git' } }

  it('is told when it is complete', () => {
    const events = stream(start(0, 'tool_search'), args(0, '{"query":'), args(0, '"git"}'), stop)
    expect(types(events)).toEqual(['created', 'in_progress', 'output_item.added', 'output_item.done', 'completed'])
    expect(events[2]).toMatchObject({ item: { ...done, status: 'in_progress', arguments: {} } })
    expect(events[3]).toMatchObject({ item: done })
    expect(answer(start(0, 'tool_search'), args(0, '{"query":"git"}'), stop).output).toEqual([done])
  })
})

describe('a response in one piece', () => {
  it('has the text, the usage and what was asked for', () => {
    expect(answer(text('Hel'), text('lo'), stop)).toMatchObject({
      id: 'resp_abc',
      object: 'response',
      created_at: 1_700_000_000,
      completed_at: expect.any(Number),
      status: 'completed',
      error: null,
      incomplete_details: null,
      model: 'gpt-5',
      store: true,
      output: [
        {
          type: 'message',
          id: 'msg_abco0',
          status: 'completed',
          role: 'assistant',
          content: [{ type: 'output_text', text: 'Hello', annotations: [], logprobs: [] }],
        },
      ],
      usage: {
        input_tokens: 10,
        input_tokens_details: { cached_tokens: 3, cache_write_tokens: 2 },
        output_tokens: 7,
        output_tokens_details: { reasoning_tokens: 2 },
        total_tokens: 17,
      },
    })
  })

  it('repeats the request', () => {
    const { encoder: made } = encoder({
      instructions: 'Be brief.',
      temperature: 0.5,
      max_output_tokens: 99,
      metadata: { a: 'b' },
      store: false,
      user: 'me',
      reasoning: { effort: 'low', summary: 'auto' },
      text: { format: { type: 'json_schema', name: 'point', schema: { type: 'object' }, strict: true }, verbosity: 'low' },
      previous_response_id: 'resp_0',
    })
    expect(made.answer([assembleAnswer([stop])])).toMatchObject({
      instructions: 'Be brief.',
      temperature: 0.5,
      max_output_tokens: 99,
      metadata: { a: 'b' },
      store: false,
      user: 'me',
      reasoning: { effort: 'low', summary: 'auto' },
      text: { format: { type: 'json_schema', name: 'point', description: null, schema: { type: 'object' }, strict: true }, verbosity: 'low' },
      previous_response_id: 'resp_0',
    })
  })

  it('has reasoning, text and calls as items of their own', () => {
    const events = [reasoning('Hm'), text('I look.'), start(0, 'weather'), args(0, '{"city":"Rome"}')]
    const custom = [start(1, 'apply_patch'), args(1, '{"input":"*** Begin\\n"}')]
    const spaced = [start(2, 'mcp__files__list'), args(2, '{}')]
    expect(answer(...events, ...custom, ...spaced, finish('tool-calls')).output).toEqual([
      { type: 'reasoning', id: 'rs_abco0', status: 'completed', summary: [{ type: 'summary_text', text: 'Hm' }] },
      expect.objectContaining({ type: 'message', id: 'msg_abco1' }),
      { type: 'function_call', id: 'fc_abco2', status: 'completed', call_id: 'call_0', name: 'weather', arguments: '{"city":"Rome"}' },
      { type: 'custom_tool_call', id: 'ctc_abco3', status: 'completed', call_id: 'call_1', name: 'apply_patch', input: '*** Begin\n' },
      { type: 'function_call', id: 'fc_abco4', status: 'completed', call_id: 'call_2', name: 'list', namespace: 'mcp__files', arguments: '{}' },
    ])
  })

  it('has an empty message when the model said nothing', () => {
    expect(answer(stop).output).toMatchObject([{ type: 'message', content: [{ text: '' }] }])
    expect(answer(finish('length')).output).toEqual([])
  })

  it.each<[FinishReason, string, unknown]>([
    ['stop', 'completed', null],
    ['tool-calls', 'completed', null],
    ['length', 'incomplete', { reason: 'max_output_tokens' }],
    ['content-filter', 'incomplete', { reason: 'content_filter' }],
  ])('ends by %s as %s', (reason, status, details) => {
    const whole = answer(text('Hi'), finish(reason))
    expect(whole).toMatchObject({ status, incomplete_details: details, output: [{ status }] })
    const events = stream(text('Hi'), finish(reason))
    expect(events.at(-1)!.type).toBe(`response.${status}`)
    expect(final(events)).toMatchObject({ status, incomplete_details: details, output: whole.output })
  })

  it('has zeros for a usage that is not known', () => {
    expect(answer(text('Hi'), { ...stop, usage: undefined } as EncodedEvent).usage).toMatchObject({ input_tokens: 0, total_tokens: 0 })
  })
})

describe('tokens', () => {
  const token = (kind: Token['kind'], value: string, id?: string): Token => ({ kind, value, origin: 'x/y', ...(id !== undefined && { id }) })
  const ofPart = (part: 'reasoning' | 'text', made: Token): EncodedEvent => ({ type: 'part-token', part, token: made })
  const google = token('thought-signature', 'Zm9v')
  const withSummary = token('encrypted', 'gAAA', 'rs_theirs')
  const alone = token('encrypted', 'gBBB', 'rs_own')
  const signature = token('signature', 'c2ln')
  const events: EncodedEvent[] = [
    ofPart('reasoning', alone),
    reasoning('Sum.'),
    ofPart('reasoning', withSummary),
    reasoning('Hm.'),
    ofPart('reasoning', signature),
    text('So.'),
    ofPart('text', google),
    text('And.'),
    start(0, 'weather'),
    { type: 'part-token', part: 'tool-call', index: 0, token: google },
    args(0, '{}'),
    finish('tool-calls'),
  ]
  const ofText = { type: 'reasoning', summary: [], encrypted_content: wrapToken(google, { part: 'text' }) }
  const ofCall = { type: 'reasoning', summary: [], encrypted_content: wrapToken(google, { part: 'tool-call', id: 'call_0' }) }
  const whole = [
    { type: 'reasoning', id: 'rs_own', summary: [], encrypted_content: 'gBBB' },
    { type: 'reasoning', id: 'rs_abco1', summary: [{ text: 'Sum.' }], encrypted_content: wrapToken(withSummary) },
    { type: 'reasoning', id: 'rs_abco2', summary: [{ text: 'Hm.' }], encrypted_content: wrapToken(signature) },
    { type: 'message', content: [{ text: 'So.' }] },
    ofText,
    { type: 'message', content: [{ text: 'And.' }] },
    { type: 'function_call', call_id: 'call_0' },
    ofCall,
  ]

  it('are encrypted content for who asks for it, as OpenAI’s where their item has their id', () => {
    const { encoder: made, kept } = encoder({}, { showTokens: true })
    const response = made.answer([assembleAnswer(events)]) as JsonResponse
    expect(response.output).toMatchObject(whole)
    expect(kept).toEqual([undefined])
    const { encoder: streaming } = encoder({}, { showTokens: true })
    const told = parse(events.flatMap((event) => streaming.event(event, 0)))
    expect(final(told).output).toEqual(response.output)
    expect(told.filter(({ type }) => type === 'response.output_item.done').map((event) => 'item' in event && event.item)).toEqual(response.output)
    expect(types(told).filter((type) => type.startsWith('reasoning_summary_part'))).toHaveLength(4)
  })

  it('are kept for a later request of who does not', () => {
    const { encoder: made, kept } = encoder()
    const response = made.answer([assembleAnswer(events)]) as JsonResponse
    expect(JSON.stringify(response)).not.toContain('encrypted_content')
    expect(response.output.map(({ type }) => type)).toEqual(['reasoning', 'reasoning', 'reasoning', 'message', 'message', 'function_call'])
    expect(kept[0]).toMatchObject([
      ...whole.slice(0, 3),
      { type: 'message', content: [{ text: 'So.' }], token: ofText.encrypted_content },
      { type: 'message', content: [{ text: 'And.' }] },
      { type: 'function_call', call_id: 'call_0', token: ofCall.encrypted_content },
    ])
    expect(kept[0]!.map(({ id }) => id)).toEqual(response.output.map(({ id }) => id))
  })

  it('are not kept where there are none', () => {
    const { encoder: made, kept } = encoder()
    made.answer([assembleAnswer([reasoning('Hm'), text('Hi'), stop])])
    expect(kept).toEqual([undefined])
  })

  it('of an item that the provider keeps has its id, and nothing else', () => {
    const { encoder: made } = encoder({}, { showTokens: true })
    const stored = token('encrypted', '', 'rs_stored')
    const { output } = made.answer([assembleAnswer([ofPart('reasoning', stored), text('Hi'), stop])]) as JsonResponse
    expect(output[0]).toMatchObject({ id: 'rs_stored', encrypted_content: wrapToken(stored) })
  })
})

describe('a refusal', () => {
  it('is a part of its own', () => {
    const events: EncodedEvent[] = [text('Well.'), { type: 'refusal-delta', text: 'I would ' }, { type: 'refusal-delta', text: 'not.' }, stop]
    expect(answer(...events)).toMatchObject({
      status: 'completed',
      output: [
        {
          content: [
            { type: 'output_text', text: 'Well.' },
            { type: 'refusal', refusal: 'I would not.' },
          ],
        },
      ],
    })
    const told = stream(...events)
    expect(types(told).slice(2, -1)).toEqual([
      'output_item.added',
      'content_part.added',
      'output_text.delta',
      'output_text.done',
      'content_part.done',
      'content_part.added',
      'refusal.delta',
      'refusal.delta',
      'refusal.done',
      'content_part.done',
      'output_item.done',
    ])
    expect(told.filter((event) => 'content_index' in event && event.content_index === 1)).toHaveLength(5)
    expect(final(told).output).toMatchObject(answer(...events).output)
  })
})

describe('a stream', () => {
  it('tells of reasoning, text and a call in the order of the specification', () => {
    const events = stream(reasoning('Hm'), text('Hel'), text('lo'), start(0, 'weather'), args(0, '{"a"'), args(0, ':1}'), finish('tool-calls'))
    expect(types(events)).toEqual([
      'created',
      'in_progress',
      'output_item.added',
      'reasoning_summary_part.added',
      'reasoning_summary_text.delta',
      'reasoning_summary_text.done',
      'reasoning_summary_part.done',
      'output_item.done',
      'output_item.added',
      'content_part.added',
      'output_text.delta',
      'output_text.delta',
      'output_text.done',
      'content_part.done',
      'output_item.done',
      'output_item.added',
      'function_call_arguments.delta',
      'function_call_arguments.delta',
      'function_call_arguments.done',
      'output_item.done',
      'completed',
    ])
    expect(events.map((event) => event.sequence_number)).toEqual(events.map((_, index) => index))
    expect(joined(events)).toEqual(['Hm', 'Hello', '{"a":1}'])
    expect(final(events).output.map(said)).toEqual(['Hm', 'Hello', '{"a":1}'])
  })

  it('begins items empty and in progress', () => {
    const events = stream(reasoning('Hm'), text('Hi'), start(0, 'weather'), args(0, '{}'), start(1, 'apply_patch'), finish('tool-calls'))
    const added = events.filter((event) => event.type === 'response.output_item.added')
    expect(added.map((event) => 'item' in event && event.item)).toMatchObject([
      { type: 'reasoning', status: 'in_progress', summary: [] },
      { type: 'message', status: 'in_progress', content: [] },
      { type: 'function_call', status: 'in_progress', name: 'weather', arguments: '' },
      { type: 'custom_tool_call', status: 'in_progress', name: 'apply_patch', input: '' },
    ])
  })

  it('tells the input of a custom tool as plain text', () => {
    const events = stream(start(0, 'apply_patch'), args(0, '{"inp'), args(0, 'ut": "a\\'), args(0, 'nb"'), args(0, '}'), finish('tool-calls'))
    expect(events.flatMap((event) => ('delta' in event ? [event.delta] : []))).toEqual(['a', '\nb'])
    expect(events.find(({ type }) => type === 'response.custom_tool_call_input.done')).toMatchObject({ input: 'a\nb', item_id: 'ctc_abco0' })
  })

  it('holds back a call that begins before the one before it is complete', () => {
    const events = stream(
      start(0, 'weather'),
      args(0, '{"n":'),
      start(1, 'weather'),
      args(1, '{"n":2}'),
      text('Meanwhile'),
      args(0, '1}'),
      finish('tool-calls'),
    )
    const indices = events.flatMap((event) => ('output_index' in event ? [event.output_index] : []))
    expect(indices).toEqual(indices.toSorted((a, b) => a - b))
    expect(joined(events)).toEqual(['{"n":1}', '{"n":2}', 'Meanwhile'])
    expect(final(events).output.map(said)).toEqual(['{"n":1}', '{"n":2}', 'Meanwhile'])
  })

  it('gives a call without arguments an empty object', () => {
    const events = stream(start(0, 'weather'), start(1, 'weather'), args(1, '{}'), finish('tool-calls'))
    expect(joined(events)).toEqual(['{}', '{}'])
  })

  it('puts the probabilities of tokens to their text', () => {
    const token = (name: string) => ({ token: name, logprob: -1, bytes: null, top_logprobs: [{ token: name, logprob: -1, bytes: [1] }] })
    const events = stream({ type: 'logprobs', content: [token('a')] }, text('a'), text('b'), { type: 'logprobs', content: [token('b')] }, stop)
    const logprobs = events.flatMap((event) => ('logprobs' in event ? [event.logprobs.map((item) => item.token)] : []))
    expect(logprobs).toEqual([['a'], [], ['a', 'b']])
    expect(final(events).output).toMatchObject([{ content: [{ logprobs: [{ token: 'a', bytes: [] }, { token: 'b' }] }] }])
  })

  it('that fails tells why, with what there was', () => {
    const { encoder: made, finished } = encoder()
    const frames = [...made.event(text('Hel'), 0), ...made.error(new BridgeError('Gone.', { code: 'process_failed', status: 502 }))]
    const events = parse(frames)
    expect(types(events).slice(-2)).toEqual(['error', 'failed'])
    expect(events.at(-2)).toMatchObject({ code: 'process_failed', message: 'Gone.', param: null, error: { type: 'server_error' } })
    const failed = final(events)
    expect(failed).toMatchObject({ status: 'failed', error: { code: 'process_failed', message: 'Gone.' }, usage: null })
    expect(failed.output).toMatchObject([{ status: 'incomplete', content: [{ text: 'Hel' }] }])
    expect(finished).toEqual([failed])
  })

  it('that fails before it said anything still begins', () => {
    const events = parse(encoder().encoder.error(cancelledError()))
    expect(types(events)).toEqual(['created', 'in_progress', 'error', 'failed'])
    expect(final(events).status).toBe('cancelled')
  })

  it('reports the response once, when it is over', () => {
    const { encoder: made, finished } = encoder()
    made.event(text('Hi'), 0)
    expect(finished).toEqual([])
    made.event(stop, 0)
    expect(finished).toMatchObject([{ status: 'completed' }])
  })
})

/** Numbers from 0 to 1, the same in every run. */
function random(seed: number): () => number {
  let state = seed
  return () => {
    state = (state * 1_664_525 + 1_013_904_223) % 4_294_967_296
    return state / 4_294_967_296
  }
}

describe('however an answer is cut', () => {
  const calls = ['{"city":"Röm\\u00e9 \\ud83d\\ude00"}', '{"input":"a\\n\\"b\\" \\\\ \\ud83d\\ude00 😀 \\u0041"}', '{}']
  const names = ['weather', 'apply_patch', 'mcp__files__list']
  const spoken = 'Schön 😀, a\n\nb'

  it.each(Array.from({ length: 60 }, (_, seed) => seed))('it comes out whole and in order (%i)', (seed) => {
    const next = random(seed + 1)
    const pieces = (whole: string): string[] => {
      const cuts = Array.from({ length: 5 }, () => Math.floor(next() * (whole.length + 1))).toSorted((a, b) => a - b)
      return [0, ...cuts].map((from, index) => whole.slice(from, [...cuts, whole.length][index]))
    }
    // The pieces of the calls in a random order among each other, each call's own in theirs.
    const queues = calls.map((json, index) => [start(index, names[index]!), ...pieces(json).map((piece) => args(index, piece))])
    const shuffled: EncodedEvent[] = []
    while (queues.some((queue) => queue.length > 0)) {
      const queue = queues[Math.floor(next() * queues.length)]!
      const index = queues.indexOf(queue)
      // Calls are numbered in the order in which they begin.
      if (queue.length > 0 && queues.slice(0, index).every((earlier) => !earlier.some(({ type }) => type === 'tool-call-start'))) {
        shuffled.push(queue.shift()!)
      }
    }
    const events = stream(reasoning('Hm'), ...pieces(spoken).map(text), ...shuffled, finish('tool-calls'))

    const expected = ['Hm', spoken, calls[0], 'a\n"b" \\ 😀 😀 A', '{}']
    expect(joined(events)).toEqual(expected)
    expect(final(events).output.map(said)).toEqual(expected)
    const indices = events.flatMap((event) => ('output_index' in event ? [event.output_index] : []))
    expect(indices).toEqual(indices.toSorted((a, b) => a - b))
    expect(events.filter(({ type }) => type === 'response.output_item.done').map((event) => 'item' in event && event.item)).toEqual(final(events).output)
  })
})
