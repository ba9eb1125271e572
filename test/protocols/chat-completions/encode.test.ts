import type OpenAI from 'openai'
import { describe, expect, expectTypeOf, it } from 'vitest'
import { BridgeError } from '../../../src/core/errors.ts'
import type { FinishReason } from '../../../src/core/event.ts'
import { assembleAnswer } from '../../../src/protocols/answer.ts'
import { createEncoder, type EncodeOptions } from '../../../src/protocols/chat-completions/encode.ts'
import type { WireChunk, WireCompletion } from '../../../src/protocols/chat-completions/wire.ts'
import type { AnswerEvent } from '../../../src/protocols/protocol.ts'

const usage = { input: 10, output: 7, cachedInput: 3, cacheWrites: 2, reasoning: 2 }
const stop: AnswerEvent = { type: 'finish', reason: 'stop', usage }
const call: AnswerEvent = { type: 'tool-call-start', index: 0, id: 'call_1', name: 'weather' }
const callArguments: AnswerEvent[] = [
  { type: 'tool-call-delta', index: 0, arguments: '{"city":' },
  { type: 'tool-call-delta', index: 0, arguments: '"Rome"}' },
]
const token = { token: 'Hi', logprob: -0.5, bytes: [72, 105], top_logprobs: [] }

function encoder(options: Partial<EncodeOptions> = {}): ReturnType<typeof createEncoder> {
  return createEncoder({ id: 'abc', created: 1_700_000_000 }, { model: 'gpt-5', choices: 1, includeUsage: false, ...options })
}

function answer(...events: AnswerEvent[]): WireCompletion {
  return encoder().answer([assembleAnswer(events)]) as WireCompletion
}

function stream(events: AnswerEvent[], options: Partial<EncodeOptions> = {}): string[] {
  const { event } = encoder(options)
  return events.flatMap((item) => event(item, 0))
}

function chunks(frames: string[]): OpenAI.ChatCompletionChunk[] {
  return frames.filter((frame) => frame !== 'data: [DONE]\n\n').map((frame) => JSON.parse(frame.slice('data: '.length)))
}

it('has the types of the openai package', () => {
  expectTypeOf<WireCompletion>().toExtend<OpenAI.ChatCompletion>()
  expectTypeOf<WireChunk>().toExtend<OpenAI.ChatCompletionChunk>()
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
    const second: AnswerEvent = { ...call, index: 1, id: 'call_2' }
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
    const { choices, usage } = encoder({ choices: 2 }).answer(answers) as WireCompletion
    expect(choices.map(({ index, message }) => [index, message.content])).toEqual([[0, 'A'], [1, 'B']])
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
    const text = (of: string): AnswerEvent => ({ type: 'text-delta', text: of })
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
    expect(encoder().error(error)).toEqual([
      'data: {"error":{"message":"Gone.","type":"server_error","param":null,"code":"process_failed"}}\n\n',
    ])
  })
})
