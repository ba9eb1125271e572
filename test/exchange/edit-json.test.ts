import { describe, expect, test } from 'vitest'
import { editJson } from '../../src/exchange/edit-json.ts'

describe('a member of the outermost object', () => {
  test.each<[string, string, Record<string, unknown>, string]>([
    ['is replaced', '{"model":"a","x":1}', { model: 'b' }, '{"model":"b","x":1}'],
    ['is replaced wherever it stands', '{"x":[1,2],"model":"a"}', { model: 'b' }, '{"x":[1,2],"model":"b"}'],
    ['is not one of an inner object', '{"x":{"model":"i"},"model":"a"}', { model: 'b' }, '{"x":{"model":"i"},"model":"b"}'],
    ['is not a string that looks like one', '{"x":"\\"model\\":\\"i\\"}","model":"a"}', { model: 'b' }, '{"x":"\\"model\\":\\"i\\"}","model":"b"}'],
    ['has an escaped name', '{"mod\\u0065l":"a"}', { model: 'b' }, '{"mod\\u0065l":"b"}'],
    ['ends before white space', '{ "model" : 12.50 , "x" : true }', { model: 'b' }, '{ "model" : "b" , "x" : true }'],
    ['is the last one', '{"x":1,"n":null\n}', { n: [] }, '{"x":1,"n":[]\n}'],
    ['is the last of its name, as parsers read it', '{"a":1,"a":2}', { a: 3 }, '{"a":1,"a":3}'],
    ['is added', '{"x":1}', { a: { b: 2 } }, '{"a":{"b":2},"x":1}'],
    ['is added to nothing', '{ }', { a: 1 }, '{"a":1 }'],
    ['is removed first', '{"a":[{}],"b":2}', { a: undefined }, '{"b":2}'],
    ['is removed last', '{"a":1 , "b":"}"}', { b: undefined }, '{"a":1}'],
    ['is removed alone', '{"a":1}', { a: undefined }, '{}'],
    ['is removed as often as it is there', '{"a":1,"b":0,"a":2}', { a: undefined }, '{"b":0}'],
    ['is removed last, as another is', '{"a":1 , "b":2, "c":3 }', { b: undefined, c: undefined }, '{"a":1 }'],
    ['is removed first, as another is', '{ "a":1 , "b":2, "c":3}', { b: undefined, a: undefined }, '{ "c":3}'],
    ['is removed, as all are', '{"a":1,"b":2}', { a: undefined, b: undefined }, '{}'],
    ['takes the place of all that are removed', '{"a":1,"b":2}', { a: undefined, b: undefined, c: 3, d: 4 }, '{"c":3,"d":4}'],
    ['that is not there is not removed', '{"a":1}', { b: undefined }, '{"a":1}'],
  ])('%s', (_name, text, changes, expected) => {
    const edited = editJson(text, changes)
    expect(edited).toBe(expected)
    expect(() => JSON.parse(edited)).not.toThrow()
  })

  test('several at once', () => {
    expect(editJson('{"a":1,"model":"x","z":"\\\\"}', { model: 'y', a: undefined, n: 1 })).toBe('{"n":1,"model":"y","z":"\\\\"}')
  })
})

test('any of them change as those of an object do', () => {
  const names = ['a', 'b', 'c', 'd']
  // Each is absent, kept, replaced, removed or added.
  for (let choice = 0; choice < 5 ** names.length; choice++) {
    const states = names.map((name, index) => [name, Math.floor(choice / 5 ** index) % 5] as const)
    const before = Object.fromEntries(states.filter(([, state]) => state >= 1 && state <= 3).map(([name]) => [name, { [name]: ['}', ','] }]))
    const changes = Object.fromEntries(states.filter(([, state]) => state >= 2).map(([name, state]) => [name, state === 3 ? undefined : 'new']))
    expect(JSON.parse(editJson(JSON.stringify(before, null, choice % 3), changes))).toEqual(JSON.parse(JSON.stringify({ ...before, ...changes })))
  }
})

test('what no JavaScript value holds stays as it is written', () => {
  const text = '{"seed":12345678901234567890,"t":1.0,"e":1e400,"model":"a","u":"\\u00e4\\ud83d"}'
  expect(editJson(text, { model: 'b' })).toBe(text.replace('"a"', '"b"'))
})
