import { expect, test } from 'vitest'
import { RESULTS_IN_WORDS } from '../../src/core/tool-result.ts'
import { initiatorOf } from '../../src/exchange/initiator.ts'

const user = { role: 'user', content: 'Hi' }
const asked = { role: 'assistant', content: null, tool_calls: [{ id: 'c' }] }
const calls = { type: 'function_call', call_id: 'c' }
const result = { type: 'tool_result', tool_use_id: 'c' }
const reminder = { type: 'text', text: '<system-reminder>' }

test.each([
  ['a first question', 'chat', [{ role: 'system', content: 's' }, user], 'user'],
  ['the next question of a person', 'chat', [user, { role: 'assistant', content: 'Yes?' }, user], 'user'],
  ['the result of a tool', 'chat', [user, asked, { role: 'tool', tool_call_id: 'c', content: '1' }], 'agent'],
  ['a result with an agent’s reminder after it', 'chat', [user, asked, { role: 'tool', content: '1' }, user], 'agent'],
  ['results in words', 'chat', [user, { role: 'user', content: `${RESULTS_IN_WORDS}\n\nweather was called` }], 'agent'],
  ['an answer that is to be gone on with', 'chat', [user, { role: 'assistant', content: 'So' }], 'agent'],
  ['a question in Responses', 'responses', [user, { type: 'message', role: 'assistant', content: [] }, { type: 'message', role: 'user', content: [] }], 'user'],
  ['a result in Responses', 'responses', [user, { type: 'reasoning' }, calls, { type: 'function_call_output', call_id: 'c', output: '' }], 'agent'],
  ['the result of another kind of tool', 'responses', [user, { type: 'custom_tool_call' }, { type: 'custom_tool_call_output', output: '' }], 'agent'],
  ['a question in Messages', 'messages', [{ role: 'user', content: [reminder, { type: 'text', text: 'Hi' }] }], 'user'],
  ['a result in Messages', 'messages', [user, { role: 'assistant', content: [] }, { role: 'user', content: [result] }], 'agent'],
  [
    'a result in Messages with a reminder beside it',
    'messages',
    [user, { role: 'assistant', content: [] }, { role: 'user', content: [result, reminder] }],
    'agent',
  ],
] as const)('%s', (_name, wire, items, expected) => {
  expect(initiatorOf(wire, { [wire === 'responses' ? 'input' : 'messages']: items })).toBe(expected)
})

test('a text alone is a person’s', () => {
  expect(initiatorOf('responses', { input: 'Hi' })).toBe('user')
})
