import { expect, it } from 'vitest'
import type { OutputFormat, Prompt } from '../../../src/core/prompt.ts'
import { messagesWire } from '../../../src/wires/messages/index.ts'
import { assistant, prompt, target, user } from '../prompts.ts'

type Schema = Record<string, unknown>

const format = (schema: Schema): OutputFormat => ({ type: 'json-schema', name: 'answer', schema, strict: true })
const to = (apiModel: string) => target({ wire: 'messages', apiModel })
const SONNET = 'claude-sonnet-4-5'

const carries = (schema: Schema, at = to(SONNET), others: Partial<Prompt> = {}) => messagesWire.carriesOutput(prompt({ output: format(schema), ...others }), at)

/** What the provider is held to. */
function sent(schema: Schema): unknown {
  const body = messagesWire.encode(prompt({ output: format(schema) }), to(SONNET)) as Record<string, any>
  return body.output_config.format.schema
}

const string = { type: 'string' }

it.each<[string, Schema, Schema]>([
  [
    'objects are closed, the inner ones too',
    { type: 'object', properties: { a: { type: 'object', properties: { b: string }, required: ['b'] } }, required: ['a'] },
    {
      type: 'object',
      properties: { a: { type: 'object', properties: { b: string }, required: ['b'], additionalProperties: false } },
      required: ['a'],
      additionalProperties: false,
    },
  ],
  [
    'formats and limits that it takes stay',
    { type: 'array', items: { ...string, format: 'date' }, minItems: 1 },
    { type: 'array', items: { ...string, format: 'date' }, minItems: 1 },
  ],
  ['what says nothing of values is in the words', { ...string, examples: ['a'] }, { ...string, description: '{examples: ["a"]}' }],
  [
    'definitions are closed, references stay',
    { $schema: 'x', $ref: '#/$defs/A', $defs: { A: { type: 'object', properties: { a: string }, required: ['a'] } } },
    { $ref: '#/$defs/A', $defs: { A: { type: 'object', properties: { a: string }, required: ['a'], additionalProperties: false } } },
  ],
  [
    'a property of the name of a word is a property',
    { type: 'object', properties: { pattern: string, description: string }, required: ['pattern', 'description'] },
    { type: 'object', properties: { pattern: string, description: string }, required: ['pattern', 'description'], additionalProperties: false },
  ],
])('%s', (_, schema, closed) => {
  expect(sent(schema)).toEqual(closed)
  expect(carries(schema)).toBe(true)
})

it.each<[string, Schema, Schema]>([
  [
    'limits become words',
    { type: 'array', items: { ...string, description: 'A name', maxLength: 3, pattern: '^a' }, minItems: 2 },
    { type: 'array', items: { ...string, description: 'A name\n{maxLength: 3, pattern: "^a"}' }, description: '{minItems: 2}' },
  ],
  ['so do other formats', { ...string, format: 'regex' }, { ...string, description: '{format: "regex"}' }],
  ['one of several is any of them', { oneOf: [string, { type: 'null' }] }, { anyOf: [string, { type: 'null' }] }],
])('%s, which others have to check', (_, schema, closed) => {
  expect(sent(schema)).toEqual(closed)
  expect(carries(schema)).toBe(false)
})

it.each<[string, Schema]>([
  ['objects of any keys', { type: 'object', additionalProperties: string }],
  ['objects that nobody describes', { type: 'object', properties: { a: { type: 'object' } }, required: ['a'] }],
  ['keys by pattern', { type: 'object', properties: {}, patternProperties: { '^a': string } }],
  ['values of any kind', { type: 'object', properties: { a: { description: 'Anything' } }, required: ['a'] }],
  ['objects by their values', { enum: [{ a: 1 }, 'b'] }],
  ['a schema of itself', { type: 'object', properties: { next: { $ref: '#' } }, required: ['next'] }],
  ['a schema from elsewhere', { type: 'object', properties: { a: { $ref: 'https://example.com/a.json' } }, required: ['a'] }],
  [
    'definitions in a circle',
    { $ref: '#/$defs/A', $defs: { A: { anyOf: [string, { $ref: '#/$defs/B' }] }, B: { type: 'array', items: { $ref: '#/$defs/A' } } } },
  ],
  ['many optional properties', { type: 'object', properties: Object.fromEntries(Array.from({ length: 13 }, (_, at) => [`p${at}`, string])) }],
])('%s are no format of Anthropic’s', (_, schema) => {
  expect(carries(schema)).toBe(false)
  expect(sent(schema)).toEqual(schema)
})

it('a definition used twice is no circle', () => {
  const at = { $ref: '#/$defs/A' }
  expect(carries({ type: 'object', properties: { a: at, b: at }, required: ['a', 'b'], $defs: { A: string } })).toBe(true)
})

const closed = { type: 'object', properties: {} }

it.each([
  ['claude-opus-4-1-20250805', true],
  ['claude-haiku-4-5', true],
  ['claude-sonnet-4-20250514', false],
  ['claude-next', true],
  ['minimax-m3', false],
])('%s can be held to a schema: %j', (apiModel, held) => {
  expect(carries(closed, to(apiModel))).toBe(held)
})

it('Copilot, Google’s cloud and words to go on with are asked in words', () => {
  const { form, ...at } = to(SONNET)
  expect(carries(closed, { ...at, form: { ...form, loginHeaders: ['x-initiator'] } })).toBe(false)
  expect(carries(closed, { ...at, form: { ...form, defaults: { anthropic_version: 'vertex-2023-10-16' } } })).toBe(false)
  expect(carries(closed, to(SONNET), { messages: [user('Hi'), assistant('{"a":')] })).toBe(false)
})

it('JSON of any kind is no format of Anthropic’s, text needs none', () => {
  const of = (type: 'json' | 'text', apiModel: string) => messagesWire.carriesOutput(prompt({ output: { type } }), to(apiModel))
  expect([of('json', SONNET), of('text', 'other')]).toEqual([false, true])
  expect(messagesWire.encode(prompt({ output: { type: 'json' } }), to(SONNET))).not.toHaveProperty('output_config')
})
