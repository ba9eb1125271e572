import { expect, test } from 'vitest'
import { editToml } from '../../src/connectors/edit-toml.ts'
import { takeOut } from '../../src/cli/take-out.ts'

const json = (value: unknown, indent = 2) => JSON.stringify(value, undefined, indent)

test('of JSON it takes what was written, whatever its program made of the layout and of the rest', () => {
  const before = '{ "username": "me", "theme": "dark", "list": [{ "name": "mine" }] }\n'
  const ours = { npm: 'a-package', options: { baseURL: 'http://127.0.0.1:4141/v1' } }
  const written = { username: 'me', theme: 'ours', list: [{ name: 'mine' }, { name: 'bridge' }], provider: { bridge: ours } }
  const current = { $schema: 'https://example.com', ...written, list: [{ name: 'bridge' }, { name: 'mine' }, { name: 'new' }], more: true }
  const rest = takeOut(json(current, 4), { written: json(written), before })
  expect(JSON.parse(rest!)).toEqual({ $schema: 'https://example.com', username: 'me', theme: 'dark', list: [{ name: 'mine' }, { name: 'new' }], more: true })
})

test('what others put beside it is theirs, and so is what they made of it', () => {
  const written = json({ provider: { bridge: { url: 'a', name: 'b' } }, model: 'bridge/x' })
  const current = json({ provider: { bridge: { url: 'a', name: 'b' }, other: {} }, model: 'other/y' })
  expect(JSON.parse(takeOut(current, { written, before: '' })!)).toEqual({ provider: { other: {} }, model: 'other/y' })
})

test('what was taken away comes back', () => {
  const rest = takeOut(json({ a: 1, theirs: 2 }), { written: json({ a: 1 }), before: json({ a: 1, mine: true }) })
  expect(JSON.parse(rest!)).toEqual({ a: 1, theirs: 2, mine: true })
})

test('a comment of the user’s stays', () => {
  const before = '{\n  // mine\n  "a": 1\n}\n'
  const written = '{\n  // mine\n  "a": 1,\n  "b": 2\n}\n'
  const current = '{\n  // mine\n  "a": 1,\n  "b": 2,\n  "c": 3\n}\n'
  const rest = takeOut(current, { written, before })
  expect(rest).toContain('// mine')
  expect(rest).not.toContain('"b"')
  expect(rest).toContain('"c": 3')
})

test('of TOML it takes the lines', () => {
  const before = 'model = "gpt"\n\n[tui]\ntheme = "dark"\n'
  const written = editToml(before, {
    root: { model_provider: 'bridge' },
    table: { path: ['model_providers', 'bridge'], entries: { base_url: 'http://127.0.0.1:4141/v1' } },
  })
  const trusted = '\n[projects."/home/me/project"]\ntrust_level = "trusted"\n'
  expect(takeOut(written + trusted, { written, before })).toBe(before + trusted)
})

test('it gives up where the lines that were written are others now', () => {
  const before = 'a: 1\n'
  expect(takeOut('a: 1\nb: 3\n', { written: 'a: 1\nb: 2\n', before })).toBeUndefined()
  expect(takeOut('{"a": 1}', { written: 'no JSON', before: 'nor this' })).toBeUndefined()
})
