import type OpenAI from 'openai'
import { describe, expect, expectTypeOf, it } from 'vitest'
import { BridgeError } from '../../../src/core/errors.ts'
import type { FinishReason } from '../../../src/core/answer-event.ts'
import type { Token } from '../../../src/core/prompt.ts'
import { assembleAnswer } from '../../../src/protocols/answer.ts'
import { createEncoder, type EncodeOptions } from '../../../src/protocols/chat-completions/encode.ts'
import type { JsonChunk, JsonCompletion, JsonDelta } from '../../../src/protocols/chat-completions/shapes.ts'
import type { EncodedEvent } from '../../../src/protocols/protocol.ts'
import { wrapToken } from '../../../src/protocols/token-envelope.ts'

const usage = { input: 10, output: 7, cachedInput: 3, cacheWrites: 2, reasoning: 2 }
const stop: EncodedEvent = { type: 'finish', reason: 'stop', usage }
const call: EncodedEvent = { type: 'tool-call-start', index: 0, id: 'call_1', name: 'weather' }
const callArguments: EncodedEvent[] = [
  { type: 'tool-call-delta', index: 0, arguments: '{"city":' },
  { type: 'tool-call-delta', index: 0, arguments: '"Rome"}' },
]
const token = { token: 'Hi', logprob: -0.5, bytes: [72, 105], top_logprobs: [] }

function encoder(options: Partial<EncodeOptions> = {}): ReturnType<typeof createEncoder> {
  return createEncoder(
    { id: 'abc', created: 1_700_000_000 },
    { model: 'gpt-5', choices: 1, includeUsage: false, showReasoning: true, customs: new Map(), ...options },
  )
}

function answer(...events: EncodedEvent[]): JsonCompletion {
  return answerOf(events)
}

function answerOf(events: EncodedEvent[], options: Partial<EncodeOptions> = {}): JsonCompletion {
  return encoder(options).answer([assembleAnswer(events)]) as JsonCompletion
}

function stream(events: EncodedEvent[], options: Partial<EncodeOptions> = {}): string[] {
  const { event } = encoder(options)
  return events.flatMap((item) => event(item, 0))
}

function chunks(frames: string[]): OpenAI.ChatCompletionChunk[] {
  return frames.filter((frame) => frame !== 'data: [DONE]\n\n').map((frame) => JSON.parse(frame.slice('data: '.length)))
}

it('has the types of the openai package', () => {
  expectTypeOf<JsonCompletion>().toExtend<OpenAI.ChatCompletion>()
  // It has no words yet for the pieces of a custom call.
  type Delta = Omit<JsonDelta, 'tool_calls'> & { tool_calls?: Exclude<NonNullable<JsonDelta['tool_calls']>[number], { custom: object }>[] }
  type Chunk = Omit<JsonChunk, 'choices'> & { choices: (Omit<JsonChunk['choices'][number], 'delta'> & { delta: Delta })[] }
  expectTypeOf<Chunk>().toExtend<OpenAI.ChatCompletionChunk>()
})

describe('an answer in one piece', () => {
  it('is a completion', () => {
    expect(answer({ type: 'text-delta', text: 'Hel' }, { type: 'text-delta', text: 'lo' }, stop)).toEqual({
      id: 'chatcmpl-abc',
      object: 'chat.completion',
      created: 1_700_000_000,
      model: 'gpt-5',
      system_fingerprint: 'fp_opencode',
      choices: [{ index: 0, message: { role: 'assistant', content: 'Hello', refusal: null }, logprobs: null, finish_reason: 'stop' }],
      usage: {
        prompt_tokens: 10,
        completion_tokens: 7,
        total_tokens: 17,
        prompt_tokens_details: { cached_tokens: 3, cache_write_tokens: 2 },
        completion_tokens_details: { reasoning_tokens: 2 },
      },
    })
  })

  it('keeps reasoning and tool calls apart from the text', () => {
    const second: EncodedEvent = { ...call, index: 1, id: 'call_2' }
    const { choices } = answer({ type: 'reasoning-delta', text: 'Hm' }, call, second, ...callArguments, { ...stop, reason: 'tool-calls' })
    expect(choices[0]).toMatchObject({
      message: {
        content: null,
        reasoning_content: 'Hm',
        reasoning: 'Hm',
        reasoning_details: [{ type: 'reasoning.text', text: 'Hm', index: 0 }],
        tool_calls: [
          { id: 'call_1', type: 'function', function: { name: 'weather', arguments: '{"city":"Rome"}' } },
          { id: 'call_2', type: 'function', function: { name: 'weather', arguments: '' } },
        ],
      },
      finish_reason: 'tool_calls',
    })
  })

  it('has the probabilities of its tokens', () => {
    const { choices } = answer({ type: 'logprobs', content: [token] }, { type: 'logprobs', content: [token] }, stop)
    expect(choices[0]!.logprobs).toEqual({ content: [token, token], refusal: null })
  })

  it('has all choices, and counts the prompt once', () => {
    const answers = ['A', 'B'].map((text) => assembleAnswer([{ type: 'text-delta', text }, stop]))
    const { choices, usage } = encoder({ choices: 2 }).answer(answers) as JsonCompletion
    expect(choices.map(({ index, message }) => [index, message.content])).toEqual([
      [0, 'A'],
      [1, 'B'],
    ])
    expect(usage).toMatchObject({ prompt_tokens: 10, completion_tokens: 14, total_tokens: 24, completion_tokens_details: { reasoning_tokens: 4 } })
  })

  it('has empty content when the model said nothing', () => {
    expect(answer(stop).choices[0]!.message.content).toBe('')
  })

  it('has zeros for a usage that is not known', () => {
    expect(answer({ ...stop, usage: undefined }).usage).toMatchObject({ prompt_tokens: 0, completion_tokens: 0, total_tokens: 0 })
  })

  it('is none without an end', () => {
    expect(() => answer({ type: 'text-delta', text: 'Hel' })).toThrow(expect.objectContaining({ code: 'upstream_incomplete', status: 502 }))
  })

  it.each<[FinishReason, string]>([
    ['stop', 'stop'],
    ['length', 'length'],
    ['tool-calls', 'tool_calls'],
    ['content-filter', 'content_filter'],
  ])('ends by %s as %s', (reason, expected) => {
    expect(answer({ ...stop, reason }).choices[0]!.finish_reason).toBe(expected)
    expect(chunks(stream([{ ...stop, reason }])).at(-1)!.choices[0]!.finish_reason).toBe(expected)
  })
})

describe('tokens', () => {
  const made = (kind: Token['kind'], value: string, id?: string): Token => ({ kind, value, origin: 'x/y', ...(id !== undefined && { id }) })
  const ofPart = (part: 'reasoning' | 'text', of: Token): EncodedEvent => ({ type: 'part-token', part, token: of })
  const thought = (text: string): EncodedEvent => ({ type: 'reasoning-delta', text })
  const said: EncodedEvent = { type: 'text-delta', text: 'So.' }
  const signature = made('signature', 'c2ln')
  const redacted = made('redacted', 'cmVk')
  const encrypted = made('encrypted', 'gAAA', 'rs_1')
  const google = made('thought-signature', 'Zm9v')

  const events: EncodedEvent[] = [
    thought('Hm'),
    thought('.'),
    ofPart('reasoning', signature),
    ofPart('reasoning', redacted),
    thought('Sum.'),
    ofPart('reasoning', encrypted),
    said,
    ofPart('text', google),
    call,
    { type: 'part-token', part: 'tool-call', index: 0, token: google },
    ...callArguments,
    { ...stop, reason: 'tool-calls' },
  ]
  const ofText = { type: 'reasoning.encrypted', data: wrapToken(google, { part: 'text' }), format: 'unknown', index: 3 }
  const ofCall = { type: 'reasoning.encrypted', data: wrapToken(google, { part: 'tool-call', id: 'call_1' }), id: 'call_1', format: 'unknown', index: 4 }

  it('are in the form of OpenRouter, each with the number of its part', () => {
    expect(answer(...events).choices[0]!.message).toMatchObject({
      content: 'So.',
      reasoning_content: 'Hm.Sum.',
      reasoning_details: [
        { type: 'reasoning.text', text: 'Hm.', signature: wrapToken(signature, { part: 'reasoning', length: 3 }), format: 'unknown', index: 0 },
        { type: 'reasoning.encrypted', data: wrapToken(redacted), format: 'unknown', index: 1 },
        { type: 'reasoning.text', text: 'Sum.', index: 2 },
        { type: 'reasoning.encrypted', data: wrapToken(encrypted), id: 'rs_1', format: 'unknown', index: 2 },
        ofText,
        ofCall,
      ],
    })
  })

  it('are streamed behind the text of their part', () => {
    const details = chunks(stream(events)).flatMap(({ choices }) => (choices[0]!.delta as { reasoning_details?: unknown[] }).reasoning_details ?? [])
    expect(details).toEqual([
      { type: 'reasoning.text', text: 'Hm', index: 0 },
      { type: 'reasoning.text', text: '.', index: 0 },
      { type: 'reasoning.text', text: '', signature: wrapToken(signature, { part: 'reasoning', length: 3 }), format: 'unknown', index: 0 },
      { type: 'reasoning.encrypted', data: wrapToken(redacted), format: 'unknown', index: 1 },
      { type: 'reasoning.text', text: 'Sum.', index: 2 },
      { type: 'reasoning.encrypted', data: wrapToken(encrypted), id: 'rs_1', format: 'unknown', index: 2 },
      ofText,
      ofCall,
    ])
  })

  it('bring along what was thought where it is not shown, if they vouch for it', () => {
    const hidden = answerOf(events, { showReasoning: false }).choices[0]!.message
    const expected = [
      { type: 'reasoning.text', text: '', signature: wrapToken(signature, { part: 'reasoning', text: 'Hm.' }) },
      { type: 'reasoning.encrypted', data: wrapToken(redacted) },
      { type: 'reasoning.encrypted', data: wrapToken(encrypted) },
      ofText,
      ofCall,
    ]
    expect(hidden).not.toHaveProperty('reasoning_content')
    expect(hidden).toMatchObject({ reasoning_details: expected })
    const deltas = chunks(stream(events, { showReasoning: false })).map(
      ({ choices }) => choices[0]!.delta as { reasoning_details?: unknown[]; reasoning?: string },
    )
    expect(deltas.flatMap(({ reasoning_details: details }) => details ?? [])).toMatchObject(expected)
    expect(deltas.filter(({ reasoning }) => reasoning !== undefined)).toEqual([])
  })

  const detail = { type: 'reasoning.text', text: 'Hm.', signature: 'c2ln', format: 'anthropic-claude-v1', index: 0 }
  const data = { type: 'reasoning.encrypted', data: 'Zm9v', id: 'call_1', format: 'google-gemini-v1', index: 0 }
  it.each<[string, object[], string, object[]]>([
    ['of a text', [detail], 'Hm.', [{ ...detail, text: '' }]],
    ['of data alone', [data], '', [data]],
  ])('of OpenRouter are its own list: %s', (_name, list, text, streamed) => {
    const token = made('details', JSON.stringify(list))
    const thoughts = [...(text === '' ? [] : [thought(text)]), ofPart('reasoning', token), said, stop]
    expect(answer(...thoughts).choices[0]!.message).toMatchObject({ reasoning_details: list })
    const sent = chunks(stream(thoughts)).flatMap(({ choices }) => (choices[0]!.delta as { reasoning_details?: object[] }).reasoning_details ?? [])
    expect(sent.filter((item) => !('text' in item) || item.text === '')).toEqual(streamed)
  })

  it.each<[string, object[], string]>([
    ['another text', [detail], 'Hmm.'],
    ['a summary', [{ type: 'reasoning.summary', summary: 'Hm.', index: 0 }, data], 'Hm.'],
    ['two texts', [detail, { ...detail, index: 1 }], 'Hm.Hm.'],
    ['another number', [{ ...detail, index: 1 }], 'Hm.'],
  ])('of OpenRouter are in an envelope where the client would not get its list: %s', (_name, list, text) => {
    const token = made('details', JSON.stringify(list))
    const sent = chunks(stream([thought(text), ofPart('reasoning', token), said, stop]))
    expect(sent[2]!.choices[0]!.delta).toMatchObject({
      reasoning_details: [{ signature: wrapToken(token, { part: 'reasoning', length: text.length }), index: 0 }],
    })
  })

  it('of GitHub Copilot are in its own field', () => {
    const opaque = [thought('Hm.'), ofPart('reasoning', made('opaque', 'b3A=')), said, stop]
    expect(answer(...opaque).choices[0]!.message).toMatchObject({ reasoning_content: 'Hm.', reasoning_opaque: 'b3A=' })
    expect(chunks(stream(opaque)).map(({ choices }) => choices[0]!.delta)).toContainEqual({ reasoning_opaque: 'b3A=' })
    const hidden = wrapToken(made('opaque', 'b3A='), { part: 'reasoning', text: 'Hm.' })
    expect(answerOf(opaque, { showReasoning: false }).choices[0]!.message).toMatchObject({ reasoning_details: [{ signature: hidden }] })
  })
})

describe('a refusal', () => {
  const events: EncodedEvent[] = [{ type: 'refusal-delta', text: 'I would ' }, { type: 'refusal-delta', text: 'rather not.' }, stop]

  it('is no text', () => {
    expect(answer(...events).choices[0]).toMatchObject({ message: { content: null, refusal: 'I would rather not.' }, finish_reason: 'stop' })
    expect(chunks(stream(events)).map(({ choices }) => choices[0]!.delta)).toEqual([
      { role: 'assistant', content: '' },
      { refusal: 'I would ' },
      { refusal: 'rather not.' },
      {},
    ])
  })
})

describe('a streamed answer', () => {
  it('begins with the role and ends with the reason and [DONE]', () => {
    const frames = stream([{ type: 'reasoning-delta', text: 'Hm' }, { type: 'text-delta', text: 'Hello\n\n' }, call, ...callArguments, stop])
    expect(frames.at(-1)).toBe('data: [DONE]\n\n')
    expect(frames.every((frame) => /^data: [^\n]+\n\n$/.test(frame))).toBe(true)
    const sent = chunks(frames)
    expect(sent.map(({ choices }) => choices[0]!.delta)).toEqual([
      { role: 'assistant', content: '' },
      { reasoning_content: 'Hm', reasoning: 'Hm', reasoning_details: [{ type: 'reasoning.text', text: 'Hm', index: 0 }] },
      { content: 'Hello\n\n' },
      { tool_calls: [{ index: 0, id: 'call_1', type: 'function', function: { name: 'weather', arguments: '' } }] },
      { tool_calls: [{ index: 0, function: { arguments: '{"city":' } }] },
      { tool_calls: [{ index: 0, function: { arguments: '"Rome"}' } }] },
      {},
    ])
    expect(sent.map(({ choices }) => choices[0]!.finish_reason)).toEqual([null, null, null, null, null, null, 'stop'])
    for (const chunk of sent) {
      expect(chunk).toMatchObject({ id: 'chatcmpl-abc', object: 'chat.completion.chunk', created: 1_700_000_000, model: 'gpt-5' })
      expect(chunk).not.toHaveProperty('usage')
    }
  })

  it('has the probabilities of the tokens just sent', () => {
    const [, , logprobs] = chunks(stream([{ type: 'text-delta', text: 'Hi' }, { type: 'logprobs', content: [token] }, stop]))
    expect(logprobs!.choices).toEqual([{ index: 0, delta: { content: '' }, logprobs: { content: [token], refusal: null }, finish_reason: null }])
  })

  it('of several choices ends once, after the last, with the usage of all', () => {
    const { event } = encoder({ choices: 2, includeUsage: true })
    const text = (of: string): EncodedEvent => ({ type: 'text-delta', text: of })
    const frames = [event(text('A'), 0), event(text('B'), 1), event(stop, 1), event({ ...stop, reason: 'length' }, 0)].flat()
    expect(frames.filter((frame) => frame.includes('[DONE]'))).toHaveLength(1)
    const sent = chunks(frames)
    expect(sent.map(({ choices: [choice] }) => [choice?.index, choice?.delta.content, choice?.finish_reason])).toEqual([
      [0, '', null],
      [0, 'A', null],
      [1, '', null],
      [1, 'B', null],
      [1, undefined, 'stop'],
      [0, undefined, 'length'],
      [undefined, undefined, undefined],
    ])
    expect(sent.at(-1)!.usage).toMatchObject({ prompt_tokens: 10, completion_tokens: 14, prompt_tokens_details: { cached_tokens: 3 } })
  })

  it('tells the usage at the end when it was asked to', () => {
    const sent = chunks(stream([{ type: 'text-delta', text: 'Hi' }, stop], { includeUsage: true }))
    expect(sent.map((chunk) => chunk.usage === null)).toEqual([true, true, true, false])
    expect(sent.at(-1)).toMatchObject({ choices: [], usage: { prompt_tokens: 10, completion_tokens: 7, total_tokens: 17 } })
  })

  it('has the role also when nothing was said', () => {
    expect(chunks(stream([stop]))[0]!.choices[0]!.delta).toEqual({ role: 'assistant', content: '' })
  })

  it('ends with nothing but the error when it fails', () => {
    const error = new BridgeError('Gone.', { code: 'process_failed', status: 502 })
    expect(encoder().error(error)).toEqual(['data: {"error":{"message":"Gone.","type":"server_error","param":null,"code":"process_failed"}}\n\n'])
  })
})
