import type OpenAI from 'openai'
import { describe, expect, expectTypeOf, it } from 'vitest'
import { BridgeError } from '../../../src/core/errors.ts'
import { assembleAnswer } from '../../../src/protocols/answer.ts'
import { completions } from '../../../src/protocols/completions/index.ts'
import type { JsonCompletion } from '../../../src/protocols/completions/shapes.ts'
import type { EncodedEvent, Decoded, Encoder } from '../../../src/protocols/protocol.ts'

type Body = Record<string, unknown>

const usage = { input: 10, output: 7, cachedInput: 3, cacheWrites: 2, reasoning: 2 }
const stop: EncodedEvent = { type: 'finish', reason: 'stop', usage }
const text = (value: string): EncodedEvent => ({ type: 'text-delta', text: value })

function decode(body: Body): Decoded {
  return completions.decode({ prompt: 'Say hi', ...body }, { resolveModel: (name) => name ?? 'a/default' })
}

function encoder(body: Body = {}): Encoder {
  return decode({ model: 'gpt-5', ...body }).createEncoder({ id: 'abc', created: 1_700_000_000 })
}

function stream(events: [EncodedEvent, number][], body: Body = {}): string[] {
  const { event } = encoder(body)
  return events.flatMap(([each, choice]) => event(each, choice))
}

function chunks(frames: string[]): OpenAI.Completion[] {
  return frames.filter((frame) => frame.startsWith('data: {')).map((frame) => JSON.parse(frame.slice('data: '.length)))
}

it('has the types of the openai package', () => {
  expectTypeOf<JsonCompletion>().toExtend<Omit<OpenAI.Completion, 'usage'>>()
})

describe('a request', () => {
  it('is the message of a user', () => {
    expect(decode({ model: 'a/b', prompt: ['Hi'], max_tokens: 5, stop: 'x', logprobs: 0, n: 2, best_of: 2, presence_penalty: 0, stream: true })).toMatchObject({
      prompt: {
        model: 'a/b',
        messages: [{ role: 'user', content: [{ type: 'text', text: 'Hi' }] }],
        tools: [],
        output: { type: 'text' },
        parameters: { maxOutputTokens: 5, stop: ['x'], logprobs: 0 },
      },
      choices: 2,
      ignored: [],
      stream: true,
    })
  })

  it('has no limit of 16 tokens, and may be full of nulls', () => {
    const nulls = Object.fromEntries(['max_tokens', 'suffix', 'stop', 'n', 'best_of', 'echo', 'logprobs', 'stream', 'logit_bias'].map((name) => [name, null]))
    expect(decode({ ...nulls, suffix: '' })).toMatchObject({ prompt: { parameters: {} }, choices: 1, stream: false })
  })

  it('may have a conversation of nothing', () => {
    expect(decode({ messages: null, tools: [] })).toMatchObject({ prompt: { tools: [] }, ignored: [] })
  })

  it('is told what has no effect', () => {
    expect(decode({ best_of: 3, top_k: 5, future: null }).ignored).toEqual(['top_k', 'best_of'])
  })

  it.each<[Body, string, string]>([
    [{ prompt: undefined }, 'prompt', 'Missing'],
    [{ prompt: undefined, messages: [{ role: 'user', content: 'secret' }] }, 'messages', '/v1/chat/completions'],
    [{ tools: [{ type: 'function', function: { name: 'secret' } }] }, 'tools', '/v1/chat/completions'],
    [{ prompt: '' }, 'prompt', 'empty'],
    [{ prompt: 5 }, 'prompt', 'Invalid type'],
    [{ prompt: ['secret', 'b'] }, 'prompt', 'a list of 2 prompts'],
    [{ prompt: [1, 2] }, 'prompt', 'token ids'],
    [{ prompt: [[1, 2]] }, 'prompt', 'token ids'],
    [{ suffix: 'secret' }, 'suffix', 'cannot do'],
    [{ n: 0 }, 'n', 'at least 1'],
    [{ max_tokens: 0 }, 'max_tokens', 'at least 1'],
  ])('%j is refused', (body, param, message) => {
    expect(() => decode(body)).toThrow(expect.objectContaining({ status: 400, param, message: expect.stringContaining(message) }))
    expect(() => decode(body)).toThrow(expect.objectContaining({ message: expect.not.stringContaining('secret') }))
  })
})

const logprobs: EncodedEvent = {
  type: 'logprobs',
  content: [
    {
      token: 'He',
      logprob: -1,
      top_logprobs: [
        { token: 'He', logprob: -1 },
        { token: 'A', logprob: -2 },
      ],
    },
    { token: 'llo', logprob: -3 },
  ],
}

describe('an answer', () => {
  it('is a text completion', () => {
    const answer = assembleAnswer([{ type: 'reasoning-delta', text: 'Hm' }, text('Hello'), logprobs, { ...stop, reason: 'length' }])
    expect(encoder({ echo: true }).answer([answer])).toEqual({
      id: 'cmpl-abc',
      object: 'text_completion',
      created: 1_700_000_000,
      model: 'gpt-5',
      system_fingerprint: 'fp_opencode',
      choices: [
        {
          index: 0,
          text: 'Say hiHello',
          logprobs: { tokens: ['He', 'llo'], token_logprobs: [-1, -3], top_logprobs: [{ He: -1, A: -2 }, {}], text_offset: [6, 8] },
          finish_reason: 'length',
        },
      ],
      usage: {
        prompt_tokens: 10,
        completion_tokens: 7,
        total_tokens: 17,
        prompt_tokens_details: { cached_tokens: 3, cache_write_tokens: 2 },
        completion_tokens_details: { reasoning_tokens: 2 },
      },
    })
  })

  it('is streamed, each choice after the prompt, and ends with [DONE]', () => {
    const events: [EncodedEvent, number][] = [
      [text('a'), 1],
      [text('b'), 0],
      [logprobs, 0],
      [logprobs, 0],
      [stop, 0],
      [stop, 1],
    ]
    const frames = stream(events, { n: 2, echo: true, stream_options: { include_usage: true } })
    expect(frames.at(-1)).toBe('data: [DONE]\n\n')
    const sent = chunks(frames)
    expect(sent.map(({ choices: [choice] }) => choice && [choice.index, choice.text, choice.finish_reason])).toEqual([
      [1, 'Say hi', null],
      [1, 'a', null],
      [0, 'Say hi', null],
      [0, 'b', null],
      [0, '', null],
      [0, '', null],
      [0, '', 'stop'],
      [1, '', 'stop'],
      undefined,
    ])
    expect(sent[5]!.choices[0]!.logprobs!.text_offset).toEqual([11, 13])
    expect(sent.at(-1)!.usage).toMatchObject({ prompt_tokens: 10, completion_tokens: 14 })
    expect(sent.slice(0, -1).every((chunk) => chunk.usage === null)).toBe(true)
  })

  it('shows nothing of thoughts but that there are some', () => {
    expect(stream([[{ type: 'reasoning-delta', text: 'Hm' }, 0]])).toEqual([': thinking\n'])
    expect(
      chunks(
        stream([
          [text('a'), 0],
          [stop, 0],
        ]),
      ).every((chunk) => !('usage' in chunk)),
    ).toBe(true)
  })

  it('says the same streamed as in one piece, however it is cut', () => {
    const whole = [...'Grüße 🙂\n\ndata: x'.repeat(5)]
    for (let round = 0; round < 50; round++) {
      const events: EncodedEvent[] = []
      for (let at = 0; at < whole.length;) {
        const size = 1 + Math.floor(Math.random() * 5)
        events.push(text(whole.slice(at, at + size).join('')))
        at += size
      }
      const sent = chunks(stream([...events, stop].map((event) => [event, 0])))
      const { choices } = encoder().answer([assembleAnswer([...events, stop])]) as JsonCompletion
      expect(sent.map((chunk) => chunk.choices[0]!.text).join('')).toBe(choices[0]!.text)
    }
  })

  it('ends with nothing but the error when it fails', () => {
    const error = new BridgeError('Gone.', { code: 'process_failed', status: 502 })
    expect(encoder().error(error)).toEqual(['data: {"error":{"message":"Gone.","type":"server_error","param":null,"code":"process_failed"}}\n\n'])
  })
})
