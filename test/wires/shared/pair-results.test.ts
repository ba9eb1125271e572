import { expect, it } from 'vitest'
import type { Message } from '../../../src/core/prompt.ts'
import { pairResults } from '../../../src/wires/shared/pair-results.ts'
import { assistant, call, result, user } from '../prompts.ts'

/** The name of the call that each result answers. */
const names = (...messages: Message[]) => messages.flatMap((message) => (message.role === 'tool' ? [pairResults(messages).get(message)?.name] : []))

it.each<[string, Message[], (string | undefined)[]]>([
  ['by id, in any order', [assistant(call('c1', 'a'), call('c2', 'b')), result('c2'), result('c1')], ['b', 'a']],
  ['an id that comes twice, in order', [assistant(call('c1', 'a'), call('c1', 'b')), result('c1'), result('c1')], ['a', 'b']],
  ['an id that comes again, of the latest turn', [assistant(call('c1', 'a')), result('c1'), assistant(call('c1', 'b')), result('c1')], ['a', 'b']],
  [
    'an id that comes again, though the first has no result',
    [assistant(call('c1', 'a'), call('c2', 'b')), result('c2'), assistant(call('c1', 'c')), result('c1')],
    ['b', 'c'],
  ],
  ['of messages of the model in a row', [assistant(call('c1', 'a')), assistant(call('c2', 'b')), result('c1'), result('c2')], ['a', 'b']],
  ['with words between', [assistant(call('c1', 'a'), call('c2', 'b')), result('c1'), user('A'), result('c2')], ['a', 'b']],
  ['that nobody asked for', [result('c1'), assistant(call('c2', 'a')), result('c1'), result('c2'), result('c2')], [undefined, undefined, 'a', undefined]],
])('results are paired %s', (_, messages, expected) => {
  expect(names(...messages)).toEqual(expected)
})
