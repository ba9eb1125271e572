import { expect, it } from 'vitest'
import { BridgeError } from '../../../src/core/errors.ts'
import type { AnswerEvent } from '../../../src/core/answer-event.ts'
import { geminiWire } from '../../../src/wires/gemini/index.ts'

type Json = Record<string, any>

const context = { model: 'p/m' }

const piece = (parts: Json[], others: Json = {}) => ({ candidates: [{ content: { role: 'model', parts }, index: 0, ...others }] })
const STOP = piece([], { finishReason: 'STOP' })

function read(...pieces: Json[]): AnswerEvent[] {
  const reader = geminiWire.createReader(context)
  return [...pieces.flatMap((data) => reader.read(data)), ...reader.end(false)]
}

const text = (words: string): AnswerEvent => ({ type: 'text-delta', text: words })
const thought = (words: string): AnswerEvent => ({ type: 'reasoning-delta', text: words })
const token = { kind: 'thought-signature', value: 's1', origin: 'p/m' } as const
const ofPart = (part: 'text' | 'reasoning'): AnswerEvent => ({ type: 'part-token', part, token })
const ofCall = (index: number): AnswerEvent => ({ type: 'part-token', part: 'tool-call', index, token })
const callEvents = (index: number, id: string, name: string, args: string): AnswerEvent[] => [
  { type: 'tool-call-start', index, id, name },
  { type: 'tool-call-delta', index, arguments: args },
]
const fc = (id: string | undefined, others: Json = {}) => ({ functionCall: { ...(id !== undefined && { id }), name: 'look', args: { at: 1 } }, ...others })

it.each<[string, Json[], AnswerEvent[]]>([
  ['text', [piece([{ text: 'Hel' }]), piece([{ text: 'lo' }, { text: '!' }])], [text('Hel'), text('lo'), text('!')]],
  ['thoughts', [piece([{ text: 'Hm', thought: true }, { text: 'A' }])], [thought('Hm'), text('A')]],
  ['a signature on a text', [piece([{ text: 'A', thoughtSignature: 's1' }])], [text('A'), ofPart('text')]],
  ['a signature on an empty text', [piece([{ text: 'A' }]), piece([{ text: '', thoughtSignature: 's1' }])], [text('A'), ofPart('text')]],
  ['a signature on nothing', [piece([{ thoughtSignature: 's1' }])], [ofPart('text')]],
  ['a signature on a thought', [piece([{ text: 'Hm', thought: true, thoughtSignature: 's1' }])], [thought('Hm'), ofPart('reasoning')]],
  ['a call', [piece([fc('f1')])], callEvents(0, 'f1', 'look', '{"at":1}')],
  ['a call without arguments', [piece([{ functionCall: { id: 'f1', name: 'look' } }])], callEvents(0, 'f1', 'look', '{}')],
  [
    'two calls at once, the first with a signature',
    [piece([fc('f1', { thoughtSignature: 's1' }), fc('f2')])],
    [...callEvents(0, 'f1', 'look', '{"at":1}'), ofCall(0), ...callEvents(1, 'f2', 'look', '{"at":1}')],
  ],
  [
    'calls in pieces of their own, the second with a signature',
    [piece([fc('f1')]), piece([fc('f2', { thoughtSignature: 's1' })])],
    [...callEvents(0, 'f1', 'look', '{"at":1}'), ...callEvents(1, 'f2', 'look', '{"at":1}'), ofCall(1)],
  ],
  ['calls of one id', [piece([fc('f1'), fc('f1')])], [...callEvents(0, 'f1', 'look', '{"at":1}'), ...callEvents(1, 'f1_2', 'look', '{"at":1}')]],
  [
    'what Google’s own tools do',
    [
      piece([
        { text: 'A' },
        { executableCode: { language: 'PYTHON', code: 'no' } },
        { codeExecutionResult: { outcome: 'OUTCOME_OK', output: 'no' } },
        { text: 'B' },
      ]),
    ],
    [text('A'), text('B')],
  ],
  ['a picture', [piece([{ inlineData: { mimeType: 'image/png', data: 'no' }, thoughtSignature: 's9' }, { text: 'A' }])], [text('A')]],
  [
    'an alternative',
    [
      {
        candidates: [
          { index: 1, content: { parts: [{ text: 'no' }] } },
          { index: 0, content: { parts: [{ text: 'A' }] } },
        ],
      },
    ],
    [text('A')],
  ],
  [
    'pieces without content',
    [{ candidates: [{}] }, { candidates: [] }, { usageMetadata: {} }, {}, { candidates: [{ content: {} }] }, { candidates: null }],
    [],
  ],
  ['parts of no kind', [piece([null as never, 'x' as never, {}, { text: 7 }])], []],
])('%s', (_, pieces, expected) => {
  expect(read(...pieces, STOP).slice(0, -1)).toEqual(expected)
})

it('calls without ids get some', () => {
  const ids = read(piece([fc(undefined), fc('')]), STOP).flatMap((event) => (event.type === 'tool-call-start' ? [event.id] : []))
  expect(new Set(ids).size).toBe(2)
  expect(ids[0]).toMatch(/^call_\w+$/)
})

it.each([
  ['STOP', 'stop'],
  ['MAX_TOKENS', 'length'],
  ['CONTINUATION', 'length'],
  ['SAFETY', 'content-filter'],
  ['RECITATION', 'content-filter'],
  ['BLOCKLIST', 'content-filter'],
  ['PROHIBITED_CONTENT', 'content-filter'],
  ['SPII', 'content-filter'],
  ['IMAGE_SAFETY', 'content-filter'],
  ['SOMETHING_NEW', 'stop'],
])('%s: %s', (finishReason, reason) => {
  expect(read(piece([{ text: 'A' }], { finishReason })).at(-1)).toEqual({ type: 'finish', reason, usage: undefined })
})

it('with a call, STOP: tool-calls, MAX_TOKENS: length', () => {
  expect(read(piece([fc('f1')], { finishReason: 'STOP' })).at(-1)).toMatchObject({ reason: 'tool-calls' })
  expect(read(piece([fc('f1')]), piece([], { finishReason: 'STOP' })).at(-1)).toMatchObject({ reason: 'tool-calls' })
  expect(read(piece([fc('f1')], { finishReason: 'MAX_TOKENS' })).at(-1)).toMatchObject({ reason: 'length' })
})

it.each(['MALFORMED_FUNCTION_CALL', 'UNEXPECTED_TOOL_CALL', 'TOO_MANY_TOOL_CALLS', 'OTHER', 'LANGUAGE'])(
  '%s is a failure, told when all is read',
  (finishReason) => {
    const reader = geminiWire.createReader(context)
    expect(reader.read(piece([{ text: 'A' }], { finishReason, finishMessage: 'Because' }))).toEqual([text('A')])
    expect(() => reader.end(false)).toThrow(
      expect.objectContaining({ status: 502, code: 'upstream_error', type: finishReason, message: expect.stringContaining('Because') }),
    )
  },
)

it('a prompt that is refused has no answer', () => {
  const blocked = { promptFeedback: { blockReason: 'PROHIBITED_CONTENT' }, usageMetadata: { promptTokenCount: 4 } }
  expect(read(blocked)).toEqual([{ type: 'finish', reason: 'content-filter', usage: { input: 4, output: 0, cachedInput: 0, cacheWrites: 0, reasoning: 0 } }])
  expect(geminiWire.readWhole({ promptFeedback: { blockReason: 'SAFETY', blockReasonMessage: 'No.' } }, context)).toMatchObject([
    { type: 'refusal-delta', text: 'No.' },
    { type: 'finish', reason: 'content-filter' },
  ])
  expect(read({ ...STOP, promptFeedback: { safetyRatings: [] } }).at(-1)).toMatchObject({ reason: 'stop' })
})

it('usage is what the last piece says, thoughts are output, the cache’s is input', () => {
  const first = {
    ...piece([{ text: 'A' }]),
    usageMetadata: { promptTokenCount: 100, cachedContentTokenCount: 60, toolUsePromptTokenCount: 5, candidatesTokenCount: 1 },
  }
  const last = { ...STOP, usageMetadata: { promptTokenCount: 100, candidatesTokenCount: 7, thoughtsTokenCount: 30, totalTokenCount: 142 } }
  const usage = { input: 105, output: 37, cachedInput: 60, cacheWrites: 0, reasoning: 30 }
  expect(read(first, last).at(-1)).toMatchObject({ usage })
  expect(read(first, STOP, { usageMetadata: last.usageMetadata }).at(-1)).toMatchObject({ usage })
})

it.each([
  [{ error: { code: 429, message: 'Because', status: 'RESOURCE_EXHAUSTED' } }, 429],
  [{ error: { message: 'Because', status: 'UNAVAILABLE' } }, 503],
  [[{ error: { code: 400, message: 'Because', status: 'INVALID_ARGUMENT' } }], 400],
])('the error %j', (data, status) => {
  const expected = expect.objectContaining({ status, message: 'Because' })
  expect(() => read(piece([{ text: 'A' }]), data)).toThrow(expected)
  expect(() => geminiWire.readWhole(data, context)).toThrow(expected)
})

it('an answer that breaks off is incomplete', () => {
  const incomplete = expect.objectContaining({ status: 502, code: 'upstream_incomplete' })
  expect(() => read()).toThrow(incomplete)
  expect(() => read(piece([{ text: 'A' }]))).toThrow(incomplete)
  expect(() => read(piece([{ text: 'A' }], { finishReason: 'FINISH_REASON_UNSPECIFIED' }))).toThrow(incomplete)
  expect(() => geminiWire.readWhole(piece([{ text: 'A' }]), context)).toThrow(incomplete)
})

it('an answer in one piece, and the pieces of a stream as a list', () => {
  const pieces = [piece([{ text: 'Hm', thought: true }]), piece([{ text: 'A' }, fc('f1', { thoughtSignature: 's1' })], { finishReason: 'STOP' })]
  const expected = [thought('Hm'), text('A'), ...callEvents(0, 'f1', 'look', '{"at":1}'), ofCall(0), { type: 'finish', reason: 'tool-calls', usage: undefined }]
  expect(geminiWire.readWhole(pieces, context)).toEqual(expected)
  const whole = piece(
    pieces.flatMap(({ candidates }) => candidates[0]!.content.parts),
    { finishReason: 'STOP' },
  )
  expect(geminiWire.readWhole(whole, context)).toEqual(expected)
})

it.each([undefined, null, 'text', [], {}, [{}], { candidates: 'text' }])('%j is no answer', (body) => {
  expect(() => geminiWire.readWhole(body, context)).toThrow(BridgeError)
  expect(() => geminiWire.readWhole(body, context)).toThrow(expect.objectContaining({ status: 502, code: 'upstream_error' }))
})
