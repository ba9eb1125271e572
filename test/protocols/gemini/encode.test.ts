import type { GenerateContentResponse, Model } from '@google/genai'
import { describe, expect, expectTypeOf, it } from 'vitest'
import { BridgeError } from '../../../src/core/errors.ts'
import { model } from '../../server/fake-engine.ts'
import type { FinishReason } from '../../../src/core/answer-event.ts'
import type { Token } from '../../../src/core/prompt.ts'
import { assembleAnswer } from '../../../src/protocols/answer.ts'
import { createEncoder, type EncodeOptions } from '../../../src/protocols/gemini/encode.ts'
import { encodeGeminiError } from '../../../src/protocols/gemini/error.ts'
import { encodeModels } from '../../../src/protocols/gemini/models.ts'
import { parseTarget } from '../../../src/protocols/gemini/target.ts'
import type { JsonCandidate, JsonResponse } from '../../../src/protocols/gemini/shapes.ts'
import type { EncodedEvent } from '../../../src/protocols/protocol.ts'
import { type PlacedToken, wrapToken, wrapTokens } from '../../../src/protocols/token-envelope.ts'

const usage = { input: 10, output: 7, cachedInput: 3, cacheWrites: 2, reasoning: 2 }
const usageMetadata = { promptTokenCount: 10, candidatesTokenCount: 5, thoughtsTokenCount: 2, cachedContentTokenCount: 3, totalTokenCount: 17 }
const stop: EncodedEvent = { type: 'finish', reason: 'stop', usage }
const text = (value: string): EncodedEvent => ({ type: 'text-delta', text: value })
const call = (index: number, args: string): EncodedEvent[] => [
  { type: 'tool-call-start', index, id: `c${index}`, name: 'f' },
  { type: 'tool-call-delta', index, arguments: args },
]

function encoder(options: Partial<EncodeOptions> = {}): ReturnType<typeof createEncoder> {
  return createEncoder({ responseId: 'abc', modelVersion: 'gpt-5' }, { choices: 1, includeThoughts: false, ...options })
}

function answer(events: EncodedEvent[], options: Partial<EncodeOptions> = {}): JsonResponse {
  return encoder(options).answer([assembleAnswer(events)]) as JsonResponse
}

function stream(events: EncodedEvent[], options: Partial<EncodeOptions> = {}): JsonResponse[] {
  const { event } = encoder(options)
  return read(events.flatMap((each) => event(each, 0)))
}

function read(frames: string[]): JsonResponse[] {
  return frames.filter((frame) => frame.startsWith('data: ')).map((frame) => JSON.parse(frame.slice('data: '.length)))
}

/** All parts of a stream. */
function partsOf(events: EncodedEvent[], options: Partial<EncodeOptions> = {}): unknown[] {
  return candidatesOf(stream(events, options)).flatMap(({ content }) => content.parts)
}

const candidatesOf = (chunks: JsonResponse[]): JsonCandidate[] => chunks.flatMap(({ candidates }) => candidates)

it('has the types of the package', () => {
  expectTypeOf<keyof JsonResponse>().toExtend<keyof GenerateContentResponse>()
  expectTypeOf<keyof JsonCandidate>().toExtend<keyof NonNullable<GenerateContentResponse['candidates']>[number]>()
  expectTypeOf<keyof NonNullable<JsonResponse['usageMetadata']>>().toExtend<keyof NonNullable<GenerateContentResponse['usageMetadata']>>()
  expectTypeOf<Model>().toBeObject()
})

describe('an answer in one piece', () => {
  it('is a response', () => {
    expect(answer([{ type: 'reasoning-delta', text: 'Hm' }, text('Hel'), text('lo'), stop])).toEqual({
      candidates: [{ content: { role: 'model', parts: [{ text: 'Hello' }] }, finishReason: 'STOP', index: 0 }],
      usageMetadata,
      modelVersion: 'gpt-5',
      responseId: 'abc',
    })
  })

  it('has thoughts for who wants them, and calls with their arguments read', () => {
    const events = [
      { type: 'reasoning-delta', text: 'Hm' } as const,
      text('So.'),
      ...call(0, '{"a":[1]}'),
      ...call(1, ''),
      { ...stop, reason: 'tool-calls' as const },
    ]
    expect(answer(events, { includeThoughts: true }).candidates[0]).toEqual({
      content: {
        role: 'model',
        parts: [
          { text: 'Hm', thought: true },
          { text: 'So.' },
          { functionCall: { id: 'c0', name: 'f', args: { a: [1] } } },
          { functionCall: { id: 'c1', name: 'f', args: {} } },
        ],
      },
      finishReason: 'STOP',
      index: 0,
    })
  })

  it('says of broken arguments that they are', () => {
    const events = [...call(0, '{"a":'), ...call(1, '[1]')]
    expect(answer([...events, { ...stop, reason: 'tool-calls' }]).candidates[0]).toMatchObject({
      content: { parts: [{ text: '' }] },
      finishReason: 'MALFORMED_FUNCTION_CALL',
      finishMessage: expect.any(String),
    })
    expect(answer([...events, { ...stop, reason: 'length' }]).candidates[0]).toMatchObject({ finishReason: 'MAX_TOKENS' })
  })

  it('has no usage that nobody told', () => {
    expect(answer([text('a'), { ...stop, usage: undefined }])).not.toHaveProperty('usageMetadata')
  })

  it.each<[FinishReason, string]>([
    ['stop', 'STOP'],
    ['length', 'MAX_TOKENS'],
    ['tool-calls', 'STOP'],
    ['content-filter', 'SAFETY'],
  ])('ends by %s as %s', (reason, finishReason) => {
    expect(answer([{ ...stop, reason }]).candidates[0]).toMatchObject({ finishReason })
    expect(candidatesOf(stream([{ ...stop, reason }])).at(-1)).toMatchObject({ finishReason })
  })
})

describe('tokens', () => {
  const token = (kind: Token['kind'], value: string): Token => ({ kind, value, origin: 'x/y' })
  const ofPart = (part: 'reasoning' | 'text', made: Token): EncodedEvent => ({ type: 'part-token', part, token: made })
  const thought = (value: string): EncodedEvent => ({ type: 'reasoning-delta', text: value })
  const own = token('thought-signature', 'Zm9v')
  const signature = token('signature', 'c2ln')
  const metadata = token('metadata', '{"openai":{"itemId":"fc_1"}}')

  const events: EncodedEvent[] = [
    thought('Hm.'),
    ofPart('reasoning', signature),
    text('I look.'),
    ofPart('text', own),
    ...call(0, '{}'),
    { type: 'part-token', part: 'tool-call', index: 0, token: own },
    ...call(1, '{}'),
    { type: 'part-token', part: 'tool-call', index: 1, token: metadata },
    thought('So.'),
    ofPart('text', own),
    { ...stop, reason: 'tool-calls' },
  ]
  const called = [
    { functionCall: { id: 'c0', name: 'f', args: {} }, thoughtSignature: 'Zm9v' },
    { functionCall: { id: 'c1', name: 'f', args: {} }, thoughtSignature: wrapToken(metadata, { part: 'tool-call', id: 'c1' }) },
  ]
  /** Thoughts may not come back, so their token stands on what they led to. */
  const look = wrapTokens([
    { token: signature, place: { part: 'reasoning', text: 'Hm.' } },
    { token: own, place: { part: 'text' } },
  ])

  it('stand on their parts, in order', () => {
    expect(answer(events, { includeThoughts: true }).candidates[0]!.content.parts).toEqual([
      { text: 'Hm.', thought: true },
      { text: 'I look.', thoughtSignature: look },
      ...called,
      { text: 'So.', thought: true },
      { text: '', thoughtSignature: 'Zm9v' },
    ])
    expect(answer(events).candidates[0]!.content.parts).toEqual([
      { text: 'I look.', thoughtSignature: look },
      ...called,
      { text: '', thoughtSignature: 'Zm9v' },
    ])
  })

  it('of thoughts stand on the call, or behind the text, that they led to', () => {
    const redacted = token('redacted', 'cmVk')
    const two = [thought('Hm.'), ofPart('reasoning', signature), ofPart('reasoning', redacted)]
    const both: PlacedToken[] = [
      { token: signature, place: { part: 'reasoning', text: 'Hm.' } },
      { token: redacted, place: { part: 'reasoning', text: '' } },
    ]
    const calls = [...two, ...call(0, '{}'), { type: 'part-token', part: 'tool-call', index: 0, token: own } as const, stop]
    const onCall = [
      { functionCall: { id: 'c0', name: 'f', args: {} }, thoughtSignature: wrapTokens([...both, { token: own, place: { part: 'tool-call', id: 'c0' } }]) },
    ]
    expect(answer(calls).candidates[0]!.content.parts).toEqual(onCall)
    expect(partsOf(calls)).toEqual(onCall)
    const texts = [...two, text('So'), text('.'), ...call(0, '{}'), stop]
    expect(answer(texts).candidates[0]!.content.parts).toMatchObject([{ text: 'So.', thoughtSignature: wrapTokens(both) }, { functionCall: { id: 'c0' } }])
    expect(partsOf(texts)).toMatchObject([{ text: 'So' }, { text: '.' }, { text: '', thoughtSignature: wrapTokens(both) }, { functionCall: { id: 'c0' } }])
    const nothing = [{ text: '', thought: true, thoughtSignature: wrapTokens(both) }]
    expect(answer([...two, stop]).candidates[0]!.content.parts).toEqual(nothing)
    expect(partsOf([...two, stop])).toEqual(nothing)
  })

  it('are streamed behind the text of their part', () => {
    expect(partsOf(events, { includeThoughts: true })).toEqual([
      { text: 'Hm.', thought: true },
      { text: 'I look.' },
      { text: '', thoughtSignature: look },
      ...called,
      { text: 'So.', thought: true },
      { text: '', thoughtSignature: 'Zm9v' },
      { text: '' },
    ])
    expect(partsOf(events)).toEqual([
      { text: 'I look.' },
      { text: '', thoughtSignature: look },
      ...called,
      { text: '', thoughtSignature: 'Zm9v' },
      { text: '' },
    ])
  })

  it('and text behind a call wait until it is whole', () => {
    const [start, rest] = call(0, '{"a":1}') as [EncodedEvent, EncodedEvent]
    const { event } = encoder()
    expect(read(event(start, 0))).toEqual([])
    expect(read(event(text('Done.'), 0))).toEqual([])
    expect(candidatesOf(read(event(rest, 0))).flatMap(({ content }) => content.parts)).toEqual([
      { functionCall: { id: 'c0', name: 'f', args: { a: 1 } } },
      { text: 'Done.' },
    ])
  })
})

it('a refusal is text', () => {
  const events: EncodedEvent[] = [{ type: 'refusal-delta', text: 'No.' }, stop]
  expect(answer(events).candidates[0]).toMatchObject({ content: { parts: [{ text: 'No.' }] }, finishReason: 'STOP' })
  expect(candidatesOf(stream(events))[0]).toMatchObject({ content: { parts: [{ text: 'No.' }] } })
})

describe('a streamed answer', () => {
  it('ends with calls, reason and usage', () => {
    const events = [{ type: 'reasoning-delta', text: 'Hm' } as const, text('a\n\nb'), ...call(0, '{"a"'), { ...call(0, ':1}')[1]! }, stop]
    const chunks = stream(events)
    expect(chunks).toEqual([
      { candidates: [{ content: { role: 'model', parts: [{ text: 'a\n\nb' }] }, index: 0 }], modelVersion: 'gpt-5', responseId: 'abc' },
      {
        candidates: [{ content: { role: 'model', parts: [{ functionCall: { id: 'c0', name: 'f', args: { a: 1 } } }] }, finishReason: 'STOP', index: 0 }],
        usageMetadata,
        modelVersion: 'gpt-5',
        responseId: 'abc',
      },
    ])
    expect(encoder().event(events[0]!, 0)).toEqual([])
    expect(candidatesOf(stream(events, { includeThoughts: true }))[0]!.content.parts).toEqual([{ text: 'Hm', thought: true }])
  })

  it('says the same as one in one piece, however its text is cut', () => {
    const whole = 'Grüße 🙂\n\ndata: x, "quoted"'.repeat(5)
    for (let round = 0; round < 50; round++) {
      const pieces = cut([...whole]).map((piece) => text(piece.join('')))
      const args = cut([...'{"city":"Köln"}']).map((piece) => ({ type: 'tool-call-delta', index: 0, arguments: piece.join('') }) as const)
      const events = [...pieces, call(0, '')[0]!, ...args, stop]
      const parts = candidatesOf(stream(events)).flatMap(({ content }) => content.parts)
      const joined = [{ text: parts.map((part) => ('text' in part ? part.text : '')).join('') }, ...parts.filter((part) => 'functionCall' in part)]
      expect(joined).toEqual(answer(events).candidates[0]!.content.parts)
    }
  })

  it('tells the usage of several candidates once, at the end', () => {
    const { event } = encoder({ choices: 2 })
    const chunks = read([...event(text('a'), 1), ...event(stop, 1), ...event(text('b'), 0), ...event(stop, 0)])
    expect(candidatesOf(chunks).map(({ index }) => index)).toEqual([1, 1, 0, 0])
    expect(chunks.map(({ usageMetadata: told }) => told?.totalTokenCount)).toEqual([undefined, undefined, undefined, 24])
  })

  it('tells probabilities', () => {
    const content = [
      { token: 'a', logprob: -1, top_logprobs: [{ token: 'b', logprob: -2 }] },
      { token: 'c', logprob: -3 },
    ]
    const expected = {
      avgLogprobs: -2,
      logprobsResult: {
        chosenCandidates: [
          { token: 'a', logProbability: -1 },
          { token: 'c', logProbability: -3 },
        ],
        topCandidates: [{ candidates: [{ token: 'b', logProbability: -2 }] }, { candidates: [] }],
      },
    }
    expect(candidatesOf(stream([{ type: 'logprobs', content }]))[0]).toMatchObject(expected)
    expect(answer([{ type: 'logprobs', content }, stop]).candidates[0]).toMatchObject(expected)
  })

  it('ends with nothing but the error when it fails', () => {
    const error = new BridgeError('Gone.', { code: 'process_failed', status: 502 })
    expect(read(encoder().error(error))).toEqual([encodeGeminiError(error)])
  })
})

describe('an error', () => {
  it.each([
    [400, 'INVALID_ARGUMENT'],
    [401, 'UNAUTHENTICATED'],
    [403, 'PERMISSION_DENIED'],
    [404, 'NOT_FOUND'],
    [413, 'INVALID_ARGUMENT'],
    [429, 'RESOURCE_EXHAUSTED'],
    [500, 'INTERNAL'],
    [502, 'UNAVAILABLE'],
    [503, 'UNAVAILABLE'],
    [504, 'DEADLINE_EXCEEDED'],
    [529, 'INTERNAL'],
  ])('%i is %s', (status, name) => {
    expect(encodeGeminiError(new BridgeError('No.', { code: 'x', status })).error).toMatchObject({ code: status, status: name, message: 'No.' })
  })

  it('names the field and the pause', () => {
    const { details } = encodeGeminiError(new BridgeError('No.', { code: 'rate_limit_exceeded', status: 429, param: 'a.b', retryAfter: 1500 })).error
    expect(details).toEqual([
      { '@type': 'type.googleapis.com/google.rpc.ErrorInfo', reason: 'RATE_LIMIT_EXCEEDED', domain: 'opencode-bridge' },
      { '@type': 'type.googleapis.com/google.rpc.BadRequest', fieldViolations: [{ field: 'a.b', description: 'No.' }] },
      { '@type': 'type.googleapis.com/google.rpc.RetryInfo', retryDelay: '1.5s' },
    ])
  })
})

describe('models', () => {
  const models = ['a/b', 'c/d/e', 'alias'].map((id) => ({ ...model(id), contextLength: 9, maxOutputTokens: 3 }))
  const list = (query: string): { models: { name: string }[]; nextPageToken?: string } => encodeModels(models, new URLSearchParams(query))

  it('are listed whole or in pages', () => {
    expect(list('')).toMatchObject({ models: [{ name: 'models/a/b', inputTokenLimit: 9, outputTokenLimit: 3 }, {}, {}] })
    expect(list('')).not.toHaveProperty('nextPageToken')
    expect(list('pageSize=2')).toMatchObject({ models: [{}, {}], nextPageToken: '2' })
    expect(list('pageSize=2&pageToken=2').models.map(({ name }) => name)).toEqual(['models/alias'])
    expect(() => list('pageToken=x')).toThrow(expect.objectContaining({ status: 400, param: 'pageToken' }))
  })

  it.each([
    ['openai/gpt-5:generateContent', 'openai/gpt-5', 'generateContent'],
    ['openai%2Fgpt-5%3AcountTokens', 'openai/gpt-5', 'countTokens'],
    ['openrouter/a/b:free:generateContent', 'openrouter/a/b:free', 'generateContent'],
    ['openai/gpt-5', 'openai/gpt-5', ''],
  ])('are in a path like %s', (path, model, action) => {
    expect(parseTarget(path)).toEqual({ model, action })
  })

  it('are in no malformed path', () => {
    expect(() => parseTarget('%E0%A4%A')).toThrow(expect.objectContaining({ status: 400, code: 'invalid_url' }))
  })
})

function cut<T>(list: T[]): T[][] {
  const pieces: T[][] = []
  for (let rest = list; rest.length > 0;) {
    const size = 1 + Math.floor(Math.random() * 4)
    pieces.push(rest.slice(0, size))
    rest = rest.slice(size)
  }
  return pieces
}
