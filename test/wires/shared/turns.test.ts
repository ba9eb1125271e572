import { expect, it } from 'vitest'
import type { Message } from '../../../src/core/prompt.ts'
import { toConversation } from '../../../src/wires/shared/turns.ts'
import { assistant, call, result, system, user } from '../prompts.ts'

it.each<[string, Message[], number, string[]]>([
  ['nothing', [], 0, []],
  ['system messages alone: the last is the user’s', [system('A'), system('B')], 1, ['user 0 1']],
  [
    'system messages at the head, and further down',
    [system('A'), user('B'), system('C'), assistant('D'), system('E')],
    1,
    ['user 0 2', 'assistant 1', 'user 0 1'],
  ],
  [
    'results before the words that stand among them',
    [user('A'), assistant(call('c1'), call('c2')), result('c1'), user('B'), result('c2'), user('C')],
    0,
    ['user 0 1', 'assistant 1', 'user 2 2'],
  ],
  ['messages of the model in a row', [assistant('A'), assistant('B'), user('C'), user('D')], 0, ['assistant 2', 'user 0 2']],
])('%s', (_, messages, systems, expected) => {
  const { system: head, turns } = toConversation(messages)
  expect(head).toHaveLength(systems)
  expect(turns.map((turn) => (turn.role === 'user' ? `user ${turn.results.length} ${turn.messages.length}` : `assistant ${turn.messages.length}`))).toEqual(
    expected,
  )
})
