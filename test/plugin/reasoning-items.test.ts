import { expect, it, test } from 'vitest'
import type { AssistantPart, Message } from '../../src/core/prompt.ts'
import { withReasoning } from '../../src/plugin/reasoning-items.ts'

const MODEL = 'github-copilot/gpt'

const thought = (text: string, content: unknown, origin = MODEL): AssistantPart => ({
  type: 'reasoning',
  text,
  token: { kind: 'metadata', value: JSON.stringify({ copilot: { itemId: 'rs', reasoningEncryptedContent: content } }), origin },
})
const call = (id: string): AssistantPart => ({ type: 'tool-call', id, name: 'read', arguments: '{}' })
const said = (text: string): AssistantPart => ({ type: 'text', text })
const answer = (...parts: AssistantPart[]): Message => ({ role: 'assistant', parts })

const item = (content: string, ...texts: string[]) => ({
  type: 'reasoning',
  summary: texts.map((text) => ({ type: 'summary_text', text })),
  encrypted_content: content,
})
const callItem = (id: string) => ({ type: 'function_call', call_id: id, name: 'read', arguments: '{}' })
const textItem = (text: string) => ({ role: 'assistant', content: [{ type: 'output_text', text }] })
const user = { role: 'user', content: [{ type: 'input_text', text: 'So.' }] }

it('puts reasoning back before what it led to', () => {
  const messages = [answer(thought('Hm.', 'A'), thought('So.', 'A'), call('a'), call('b')), answer(thought('', 'B'), said('So.'))]
  expect(withReasoning([user, callItem('a'), callItem('b'), user, textItem('So.')], messages, MODEL)).toEqual([
    user,
    item('A', 'Hm.', 'So.'),
    callItem('a'),
    callItem('b'),
    user,
    item('B'),
    textItem('So.'),
  ])
})

it('knows the turns apart that use an id again', () => {
  const messages = [answer(thought('', 'A'), call('a')), answer(thought('', 'B'), call('a'))]
  expect(withReasoning([callItem('a'), user, callItem('a')], messages, MODEL)).toEqual([item('A'), callItem('a'), user, item('B'), callItem('a')])
})

test.each<[what: string, input: object[], message: Message]>([
  ['is there', [item('A'), callItem('a')], answer(thought('Hm.', 'A'), call('a'))],
  ['is another model’s', [callItem('a')], answer(thought('Hm.', 'A', 'openai/gpt'), call('a'))],
  ['has no content', [callItem('a')], answer(thought('Hm.', null), call('a'))],
  ['led to nothing', [callItem('a')], answer(call('a'), thought('Hm.', 'A'))],
  ['led to what is not there', [callItem('b')], answer(thought('Hm.', 'A'), call('a'))],
])('nothing changes where it %s', (_what, input, message) => {
  expect(withReasoning(input, [message], MODEL)).toEqual(input)
})
