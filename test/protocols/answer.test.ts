import { describe, expect, it } from 'vitest'
import type { Token } from '../../src/core/prompt.ts'
import { assembleAnswer, messageOf } from '../../src/protocols/answer.ts'
import type { EncodedEvent } from '../../src/protocols/protocol.ts'

const token = (value: string): Token => ({ kind: 'signature', value, origin: 'a/b' })
const text = (value: string): EncodedEvent => ({ type: 'text-delta', text: value })
const thought = (value: string): EncodedEvent => ({ type: 'reasoning-delta', text: value })
const ofPart = (part: 'reasoning' | 'text', value: string): EncodedEvent => ({ type: 'part-token', part, token: token(value) })
const start = (index: number): EncodedEvent => ({ type: 'tool-call-start', index, id: `call_${index}`, name: 'read' })
const args = (index: number, value: string): EncodedEvent => ({ type: 'tool-call-delta', index, arguments: value })
const ofCall = (index: number, value: string): EncodedEvent => ({ type: 'part-token', part: 'tool-call', index, token: token(value) })
const end: EncodedEvent = { type: 'finish', reason: 'stop', usage: undefined }

const partsOf = (...events: EncodedEvent[]) => assembleAnswer([...events, end]).parts
const call = (index: number, value: string) => ({ type: 'tool-call', id: `call_${index}`, name: 'read', arguments: value })

describe('the parts of an answer', () => {
  it('are in the order in which they began', () => {
    expect(partsOf(thought('H'), thought('m'), start(0), args(0, '{'), thought('So.'), args(0, '}'), text('a'), text('b'), start(1), text('c'))).toEqual([
      { type: 'reasoning', text: 'Hm' },
      call(0, '{}'),
      { type: 'reasoning', text: 'So.' },
      { type: 'text', text: 'ab' },
      call(1, ''),
      { type: 'text', text: 'c' },
    ])
  })

  it('end with their token', () => {
    expect(partsOf(thought('a'), ofPart('reasoning', '1'), thought('b'), ofPart('reasoning', '2'), text('c'), ofPart('text', '3'), text('d'))).toEqual([
      { type: 'reasoning', text: 'a', token: token('1') },
      { type: 'reasoning', text: 'b', token: token('2') },
      { type: 'text', text: 'c', token: token('3') },
      { type: 'text', text: 'd' },
    ])
  })

  it('are empty where there is only a token', () => {
    expect(partsOf(ofPart('reasoning', '1'), ofPart('reasoning', '2'), text('a'), ofPart('reasoning', '3'), ofPart('text', '4'))).toEqual([
      { type: 'reasoning', text: '', token: token('1') },
      { type: 'reasoning', text: '', token: token('2') },
      { type: 'text', text: 'a' },
      { type: 'reasoning', text: '', token: token('3') },
      { type: 'text', text: '', token: token('4') },
    ])
  })

  it('have the token of their own call, whenever it comes', () => {
    expect(partsOf(start(0), start(1), ofCall(0, '1'), args(1, '{}'), args(0, '{}'), text('a'), ofCall(1, '2'))).toEqual([
      { ...call(0, '{}'), token: token('1') },
      { ...call(1, '{}'), token: token('2') },
      { type: 'text', text: 'a' },
    ])
  })

  it('are no empty deltas', () => {
    expect(partsOf(text(''), thought(''), { type: 'refusal-delta', text: '' })).toEqual([])
  })
})

it('what was said, thought, refused and called is apart as well', () => {
  const answer = assembleAnswer([thought('Hm'), text('a'), start(0), thought('.'), { type: 'refusal-delta', text: 'No.' }, text('b'), end])
  expect(answer).toMatchObject({ text: 'ab', reasoning: 'Hm.', refusal: 'No.', toolCalls: [call(0, '')] })
})

it('a refusal is what the model said, in a history', () => {
  const answer = assembleAnswer([text('Well.'), { type: 'refusal-delta', text: 'No.' }, end])
  expect(answer.parts).toEqual([
    { type: 'text', text: 'Well.' },
    { type: 'refusal', text: 'No.' },
  ])
  expect(messageOf(answer)).toEqual({
    role: 'assistant',
    parts: [
      { type: 'text', text: 'Well.' },
      { type: 'text', text: 'No.' },
    ],
  })
})

it('one without an end is none', () => {
  expect(() => assembleAnswer([text('a')])).toThrow(expect.objectContaining({ status: 502, code: 'upstream_incomplete' }))
})
