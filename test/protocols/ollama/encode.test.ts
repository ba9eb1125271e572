import type { ChatResponse, GenerateResponse, ListResponse, ShowResponse } from 'ollama'
import { describe, expect, expectTypeOf, test } from 'vitest'
import { BridgeError } from '../../../src/core/errors.ts'
import { assembleAnswer } from '../../../src/protocols/answer.ts'
import { encodeShown, encodeTags, ollamaChat, ollamaGenerate } from '../../../src/protocols/ollama/index.ts'
import type { JsonChatSaid, JsonDetails, JsonListedModel, JsonTextSaid } from '../../../src/protocols/ollama/shapes.ts'
import type { EncodedEvent, Protocol } from '../../../src/protocols/protocol.ts'
import { model } from '../../server/fake-engine.ts'

const fakeModels = [model('openai/gpt-5'), model('openai/gpt-5-mini')]

const usage = { input: 11, output: 10, cachedInput: 4, cacheWrites: 0, reasoning: 5 }
const finish: EncodedEvent = { type: 'finish', reason: 'stop', usage }
const call: EncodedEvent[] = [
  { type: 'tool-call-start', index: 0, id: 'c1', name: 'f' },
  { type: 'tool-call-delta', index: 0, arguments: '{"a":{' },
  { type: 'tool-call-delta', index: 0, arguments: '"b":1}}' },
]
const head = { model: 'm', created_at: '1970-01-01T00:00:01.000Z' }

function encoderOf(protocol: Protocol = ollamaChat) {
  const body = protocol === ollamaChat ? { messages: [{ role: 'user', content: 'Hi' }] } : { prompt: 'Hi' }
  return protocol.read({ ...body, model: 'm' }).createEncoder({ id: 'x', created: 1 }, 'a/b')
}

function lines(events: EncodedEvent[], protocol?: Protocol): any[] {
  const encoder = encoderOf(protocol)
  const text = events.flatMap((event) => encoder.event(event, 0)).join('')
  expect(text.endsWith('\n')).toBe(true)
  return text
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line))
}

const whole = (events: EncodedEvent[], protocol?: Protocol): any => encoderOf(protocol).answer([assembleAnswer(events)])

const ended = {
  done: true,
  done_reason: 'stop',
  prompt_eval_count: 11,
  eval_count: 10,
  total_duration: expect.any(Number),
}
const measured = { ...ended, prompt_eval_duration: expect.any(Number), eval_duration: expect.any(Number) }

describe('a stream', () => {
  test('has a line for each piece, and figures in the last', () => {
    const events: EncodedEvent[] = [{ type: 'reasoning-delta', text: 'hm' }, { type: 'text-delta', text: 'Hel' }, { type: 'text-delta', text: 'lo' }, finish]
    expect(lines(events)).toEqual([
      { ...head, message: { role: 'assistant', content: '', thinking: 'hm' }, done: false },
      { ...head, message: { role: 'assistant', content: 'Hel' }, done: false },
      { ...head, message: { role: 'assistant', content: 'lo' }, done: false },
      { ...head, message: { role: 'assistant', content: '' }, ...measured },
    ])
    expect(lines(events, ollamaGenerate)).toEqual([
      { ...head, response: '', thinking: 'hm', done: false },
      { ...head, response: 'Hel', done: false },
      { ...head, response: 'lo', done: false },
      { ...head, response: '', ...measured },
    ])
  })

  test('has a call once it is whole, and those behind it after it', () => {
    const [begun, ...rest] = call
    const other: EncodedEvent[] = [
      { type: 'tool-call-start', index: 1, id: 'c2', name: 'g' },
      { type: 'tool-call-delta', index: 1, arguments: '{}' },
    ]
    const told = lines([begun!, ...other, ...rest, finish])
    expect(told).toHaveLength(2)
    expect(told[0].message.tool_calls).toEqual([
      { id: 'c1', function: { index: 0, name: 'f', arguments: { a: { b: 1 } } } },
      { id: 'c2', function: { index: 1, name: 'g', arguments: {} } },
    ])
  })

  test('has a call without arguments at its end', () => {
    expect(lines([call[0]!, finish])[0].message.tool_calls).toEqual([{ id: 'c1', function: { index: 0, name: 'f', arguments: {} } }])
  })

  test.each([
    ['length', 'length'],
    ['content-filter', 'content_filter'],
    ['tool-calls', 'stop'],
  ] as const)('ends with a reason: %s', (reason, word) => {
    expect(lines([{ ...finish, reason }]).at(-1).done_reason).toBe(word)
  })

  test('ends with an error where a call is torn, unless the answer was cut off', () => {
    expect(lines([...call.slice(0, 2), finish])).toEqual([{ error: "The model called 'f' with arguments that are no JSON object." }])
    expect(lines([...call.slice(0, 2), { ...finish, reason: 'length' }])).toMatchObject([{ done: true, done_reason: 'length' }])
  })

  test('that breaks ends with a line of its own', () => {
    expect(encoderOf().error(new BridgeError('Gone.', { code: 'upstream_error', status: 502 }))).toEqual(['{"error":"Gone."}\n'])
  })
})

describe('an answer in one piece', () => {
  const events: EncodedEvent[] = [{ type: 'reasoning-delta', text: 'hm' }, { type: 'text-delta', text: 'Hello' }, ...call, finish]

  test('has all of it', () => {
    expect(whole(events)).toEqual({
      ...head,
      message: {
        role: 'assistant',
        content: 'Hello',
        thinking: 'hm',
        tool_calls: [{ id: 'c1', function: { index: 0, name: 'f', arguments: { a: { b: 1 } } } }],
      },
      ...ended,
    })
    expect(whole(events, ollamaGenerate)).toEqual({ ...head, response: 'Hello', thinking: 'hm', ...ended })
  })

  test('has probabilities', () => {
    const content = [{ token: 'Hello', logprob: -0.5, bytes: [72], top_logprobs: [{ token: 'Hi', logprob: -1 }] }]
    expect(whole([{ type: 'text-delta', text: 'Hello' }, { type: 'logprobs', content }, finish]).logprobs).toEqual(content)
    expect(lines([{ type: 'logprobs', content }, finish])[0].logprobs).toEqual(content)
  })

  test('with a torn call is an error', () => {
    expect(() => whole([...call.slice(0, 2), finish])).toThrow(expect.objectContaining({ status: 502 }))
  })

  test('without usage has none', () => {
    expect(whole([{ ...finish, usage: undefined }])).not.toHaveProperty('eval_count')
  })
})

test('models are listed and shown', () => {
  const { models } = encodeTags(fakeModels)
  expect(models[0]).toMatchObject({
    name: fakeModels[0]!.id,
    model: fakeModels[0]!.id,
    digest: expect.stringMatching(/^[0-9a-f]{64}$/),
    details: { format: 'remote' },
  })
  expect(new Set(models.map(({ digest }) => digest)).size).toBe(models.length)
  const shown = encodeShown({ ...fakeModels[0]!, provider: 'openai', contextLength: 1000, reasoning: true, input: { image: true, pdf: false, audio: false } })
  expect(shown.capabilities).toEqual(['completion', 'tools', 'vision', 'thinking'])
  expect(shown.model_info).toMatchObject({ 'general.architecture': 'openai', 'openai.context_length': 1000 })
  expect(encodeShown({ ...fakeModels[0]!, contextLength: 0, reasoning: false, input: { image: false, pdf: false, audio: false } }).capabilities).toEqual([
    'completion',
    'tools',
  ])
})

test('shapes are those of the package', () => {
  expectTypeOf<JsonChatSaid['message']['content']>().toEqualTypeOf<ChatResponse['message']['content']>()
  expectTypeOf<JsonTextSaid['response']>().toExtend<GenerateResponse['response']>()
  expectTypeOf<JsonDetails>().toExtend<ShowResponse['details']>()
  expectTypeOf<keyof JsonListedModel>().toExtend<keyof ListResponse['models'][number]>()
})
