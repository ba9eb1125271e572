import { expect, it } from 'vitest'
import type { Message } from '../../../src/core/prompt.ts'
import { pairResults } from '../../../src/wires/shared/pair-results.ts'
import { growthOf, HARDLY_ANY, LINEAR, many } from '../../support/growth.ts'
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

const answers = (count: number) => many(count, (index) => result(`c${count - 1 - index}`))

it.each<[string, (size: number) => Message[]]>([
  ['calls in one answer', (size) => [assistant(...many(size, (index) => call(`c${index}`))), ...answers(size)]],
  ['calls in a row', (size) => [...many(size, (index) => assistant(call(`c${index}`))), ...answers(size)]],
  ['calls that nobody answers', (size) => many(size, (index) => [assistant(call(`c${index}`)), user('A')]).flat()],
  ['results of nothing', (size) => [assistant(...many(size, (index) => call(`c${index}`))), ...many(size, () => result('d'))]],
])('as fast for each, however many there are: %s', (_name, prepare) => {
  expect(growthOf(prepare, pairResults, 4_000, HARDLY_ANY)).toBeLessThan(LINEAR)
})
