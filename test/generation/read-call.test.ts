import { expect, test } from 'vitest'
import { readCalls } from '../../src/generation/tools/read-call.ts'

test.each<[name: string, body: string, expected: object[]]>([
  ['the form that is taught', '\n{"tool": "t", "args": {"a": 1}}\n', [{ name: 't', arguments: '{"a": 1}', value: { a: 1 } }]],
  ['keys in any order, and others', '{"id": "x", "args": {"a": [1, {"b": "}"}]}, "tool": "t"}', [{ name: 't', arguments: '{"a": [1, {"b": "}"}]}' }]],
  ['numbers as they were written', '{"tool":"t","args":{"a":1.0,"b":12345678901234567890}}', [{ name: 't', arguments: '{"a":1.0,"b":12345678901234567890}' }]],
  ['the names of other formats', '{"name": "t", "arguments": {"a": 1}}', [{ name: 't', arguments: '{"a": 1}' }]],
  ['a fence', '\n```json\n{"tool": "t", "args": {}}\n```\n', [{ name: 't', arguments: '{}', value: {} }]],
  ['no args', '{"tool": "t"}', [{ name: 't', arguments: '{}', value: {} }]],
  ['args as a string', '{"tool": "t", "args": "{\\"a\\": 1}"}', [{ name: 't', arguments: '{"a": 1}', value: { a: 1 } }]],
  [
    'a list',
    '[{"tool": "t", "args": {"a": 1}}, {"tool": "u", "args": {}}]',
    [
      { name: 't', arguments: '{"a": 1}' },
      { name: 'u', arguments: '{}' },
    ],
  ],
  ['prose with braces behind it', '{"tool": "t", "args": {}} I hope {this} helps', [{ name: 't', arguments: '{}' }]],
  ['a missing brace', '{"tool": "t", "args": {"a": 1}', [{ name: 't', arguments: '{"a": 1}', value: undefined }]],
  ['one brace too many', '{"tool": "t", "args": {"a": 1}}}', [{ name: 't', arguments: '{"a": 1}', value: { a: 1 } }]],
  ['an end in the middle', '{"tool": "t", "args": {"a": "xy', [{ name: 't', arguments: '{"a": "xy', value: undefined }]],
  ['a trailing comma', '{"tool": "t", "args": {"a": 1,}}', [{ name: 't', arguments: '{"a": 1,}', value: undefined }]],
  ['Python', "{'tool': 't', 'args': {'a': 1}}", [{ name: 't', arguments: "{'a': 1}", value: undefined }]],
  ['no name', '{"args": {"a": 1}}', [{ name: undefined }]],
  ['a name that is none', '{"tool": {"name": "t"}, "args": {}}', [{ name: undefined }]],
  ['no object', 'call t please', [{ name: undefined, value: undefined }]],
])('%s', (_name, body, expected) => {
  const calls = readCalls(body)
  expect(calls).toMatchObject(expected)
  expect(calls).toHaveLength(expected.length)
})
