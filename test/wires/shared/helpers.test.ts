import { expect, it } from 'vitest'
import { DistinctIds } from '../../../src/wires/shared/distinct-ids.ts'
import { effortOfBudget, nearestEffort } from '../../../src/wires/shared/efforts.ts'
import { toArguments } from '../../../src/wires/shared/json-object.ts'
import { isForeign, ownToken } from '../../../src/core/own-token.ts'
import { toolSchema } from '../../../src/wires/shared/tool-schema.ts'

it.each<[Record<string, unknown> | undefined, Record<string, unknown>]>([
  [undefined, { type: 'object', properties: {} }],
  [{}, { type: 'object', properties: {} }],
  [{ type: 'object' }, { type: 'object', properties: {} }],
  [
    { type: 'object', additionalProperties: true },
    { type: 'object', properties: {}, additionalProperties: true },
  ],
  [{ properties: { a: {} } }, { type: 'object', properties: { a: {} } }],
  [
    { type: 'object', anyOf: [{}] },
    { type: 'object', anyOf: [{}] },
  ],
  [{ type: 'string' }, { type: 'string' }],
])('the schema %j of a tool is %j', (schema, expected) => {
  expect(toolSchema(schema)).toEqual(expected)
})

it.each([
  [' {"a":1} ', { a: 1 }],
  ['  ', {}],
  ['7', { INVALID_JSON: '7' }],
  ['[{}]', { INVALID_JSON: '[{}]' }],
  ['{', { INVALID_JSON: '{' }],
])('the arguments %j are %j', (text, expected) => {
  expect(toArguments(text)).toEqual(expected)
})

it('a token is its maker’s', () => {
  const token = { kind: 'signature', value: 's' } as const
  expect([
    ownToken(token, 'p/m'),
    ownToken({ ...token, origin: 'p/m' }, 'p/m'),
    ownToken({ ...token, origin: 'p/n' }, 'p/m'),
    ownToken(undefined, 'p/m'),
  ]).toMatchObject([token, token, undefined, undefined])
  expect([isForeign(token, 'p/m'), isForeign({ ...token, origin: 'p/n' }, 'p/m'), isForeign(undefined, 'p/m')]).toEqual([false, true, false])
})

it('ids are distinct, and the provider’s where they can be', () => {
  const ids = new DistinctIds()
  expect([ids.take('a'), ids.take('b'), ids.take('a'), ids.take('a')]).toEqual(['a', 'b', 'a_2', 'a_3'])
  expect(ids.take('a_2')).toBe('a_2_2')
  expect([ids.take('a'), ids.take('a_4')]).toEqual(['a_4', 'a_4_2'])
  expect([ids.take(undefined), ids.take(''), ids.take(7)]).toEqual(Array.from({ length: 3 }, () => expect.stringMatching(/^call_[0-9a-f]{32}$/)))
})

it.each([
  ['high', ['low', 'high'], 'high'],
  ['medium', ['low', 'high'], 'low'],
  ['max', ['low', 'medium'], 'medium'],
  ['minimal', ['medium', 'low'], 'low'],
  ['turbo', ['low', 'turbo'], 'turbo'],
  ['turbo', ['low'], undefined],
  ['low', ['turbo'], undefined],
  ['low', [], undefined],
])('%s of %j: %j', (effort, offered, expected) => {
  expect(nearestEffort(effort, offered)).toBe(expected)
})

it('the effort that a number of tokens comes nearest to', () => {
  const budgets = { low: 10, high: 100 }
  expect([0, 40, 70, 1_000].map((budget) => effortOfBudget(budget, budgets))).toEqual(['low', 'low', 'high', 'high'])
})
