import { describe, expect, it } from 'vitest'
import type { AssistantPart, Token } from '../../../src/core/prompt.ts'
import { wrapJson } from '../../../src/protocols/envelope.ts'
import { chatCompletions } from '../../../src/protocols/chat-completions/index.ts'
import { inOrder, type PartOrder, unwrapOrder, wrapOrder } from '../../../src/protocols/chat-completions/part-order.ts'
import { ReasoningWriter } from '../../../src/protocols/chat-completions/encode-reasoning.ts'
import { restoreTokens } from '../../../src/protocols/chat-completions/restore-tokens.ts'

const token: Token = { kind: 'signature', value: 'c2ln', origin: 'a/b' }
const thought = (text: string): AssistantPart => ({ type: 'reasoning', text, token })
const text = (said: string): AssistantPart => ({ type: 'text', text: said })
const call = (id: string): AssistantPart => ({ type: 'tool-call', id, name: 'read', arguments: '{}' })

const interleaved = [thought('First'), call('a'), thought('Then'), text('One more.'), call('b')]

/** The order in the fields of a message with these parts. */
function told(parts: AssistantPart[], show = true): PartOrder | undefined {
  const details = new ReasoningWriter(show).message(parts).reasoning_details ?? []
  return details.map(({ data }) => (typeof data === 'string' ? unwrapOrder(data) : undefined)).find((order) => order !== undefined)
}

describe('the order of an answer', () => {
  it('is told where the fields do not tell it', () => {
    expect(told(interleaved)).toEqual(['reasoning', 'tool-call', 'reasoning', { text: 9 }, 'tool-call'])
    expect(told([{ ...text('Hm.'), token } as AssistantPart, text('So.')])).toEqual([{ text: 3, token: true }, { text: 3 }])
    expect(told([text('So.'), thought('Hm.')], false)).toEqual([{ text: 3 }, 'reasoning'])
  })

  it.each<[what: string, parts: AssistantPart[], show?: boolean]>([
    ['is that of the fields', [thought('Hm.'), thought('So.'), text('Well.'), call('a'), call('b')]],
    ['has no token that somebody could ask for', [{ type: 'reasoning', text: 'Hm.' }, call('a'), { type: 'reasoning', text: 'So.' }, call('b')]],
    ['differs by what the client is not shown', [text('So.'), { type: 'reasoning', text: 'Hm.' }, { ...call('a'), token } as AssistantPart], false],
  ])('is not told where it %s', (_what, parts, show) => {
    expect(told(parts, show)).toBeUndefined()
  })

  it('comes in a stream before its end', () => {
    const encoder = chatCompletions
      .read({ messages: [{ role: 'user', content: 'Hi' }] })
      .decode('a/b')
      .createEncoder({ id: 'x', created: 1 })
    const frames = [
      encoder.event({ type: 'tool-call-start', index: 0, id: 'a', name: 'read' }, 0),
      encoder.event({ type: 'part-token', part: 'reasoning', token }, 0),
      encoder.event({ type: 'finish', reason: 'tool-calls', usage: undefined }, 0),
    ]
    const [before, last] = frames[2]!.map((frame) => (frame.includes('{') ? JSON.parse(frame.slice('data: '.length)).choices[0] : frame))
    expect([unwrapOrder(before.delta.reasoning_details[0].data), before.finish_reason]).toEqual([['tool-call', 'reasoning'], null])
    expect([last.delta, last.finish_reason]).toEqual([{}, 'tool_calls'])
  })
})

describe('the parts of a message', () => {
  const inFields = [thought('First'), thought('Then'), text('One more.'), call('a'), call('b')]
  const order = told(interleaved)!

  it('get their order back', () => {
    expect(inOrder(inFields, order)).toEqual(interleaved)
  })

  it('get it also where a client took blanks from the end', () => {
    const cut = [{ text: 4 }, 'tool-call', { text: 6 }] as PartOrder
    expect(inOrder([text('One. Two'), call('a')], cut)).toEqual([text('One.'), call('a'), text(' Two')])
  })

  it.each<[what: string, parts: AssistantPart[], wanted?: PartOrder]>([
    ['a call is missing', inFields.slice(0, -1)],
    ['a thought is missing', inFields.slice(1)],
    ['a token is missing', inFields, ['reasoning', 'reasoning', { text: 9, token: true }, 'tool-call', 'tool-call']],
    ['the text is shorter', inFields, ['tool-call', { text: 10 }, 'reasoning', 'reasoning', { text: 1 }, 'tool-call']],
    ['there is more text than any', inFields, ['tool-call', 'reasoning', 'reasoning', 'tool-call']],
  ])('stay as they are where %s', (_what, parts, wanted = order) => {
    expect(inOrder(parts, wanted)).toBe(parts)
  })
})

it.each([{}, { order: [] }, { order: ['image'] }, { order: [{ text: -1 }] }, { order: [{ text: 0.5 }] }, { order: 'reasoning' }, []])(
  'is no order: %j',
  (value) => {
    expect(unwrapOrder(wrapJson(value))).toBeUndefined()
  },
)

it('is nothing for a provider', () => {
  const detail = { type: 'reasoning.encrypted', data: wrapOrder(['tool-call', 'reasoning']), format: 'unknown', index: 3 }
  expect(restoreTokens({ messages: [{ role: 'assistant', content: 'Hi', reasoning_details: [detail] }] }, { model: 'a/b', originOf: () => undefined })).toEqual(
    { messages: [{ role: 'assistant', content: 'Hi' }] },
  )
})
