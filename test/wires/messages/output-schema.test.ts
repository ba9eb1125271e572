import { expect, it } from 'vitest'
import type { OutputFormat } from '../../../src/core/prompt.ts'
import { carriesOutput, messagesWire } from '../../../src/wires/messages/index.ts'
import { prompt, target } from '../prompts.ts'

type Schema = Record<string, unknown>

const format = (schema: Schema): OutputFormat => ({ type: 'json-schema', name: 'answer', schema, strict: true })
const to = (apiModel: string) => target({ wire: 'messages', apiModel })
const SONNET = 'claude-sonnet-4-5'

/** What the provider is held to. */
function sent(schema: Schema): unknown {
  const body = messagesWire.encode(prompt({ output: format(schema) }), to(SONNET)) as Record<string, any>
  return body.output_config.format.schema
}

const string = { type: 'string' }

it.each<[string, Schema, Schema]>([
  ['objects are closed, the inner ones too', { type: 'object', properties: { a: { type: 'object', properties: { b: string }, required: ['b'] } }, required: ['a'] }, { type: 'object', properties: { a: { type: 'object', properties: { b: string }, required: ['b'], additionalProperties: false } }, required: ['a'], additionalProperties: false }],
  ['limits become words', { type: 'array', items: { ...string, description: 'A name', maxLength: 3, pattern: '^a' }, minItems: 2 }, { type: 'array', items: { ...string, description: 'A name\n{maxLength: 3, pattern: "^a"}' }, description: '{minItems: 2}' }],
  ['formats and limits that it takes stay', { type: 'array', items: { ...string, format: 'date' }, minItems: 1 }, { type: 'array', items: { ...string, format: 'date' }, minItems: 1 }],
  ['one of several is any of them', { oneOf: [string, { type: 'null' }] }, { anyOf: [string, { type: 'null' }] }],
  ['definitions are closed, references stay', { $schema: 'x', $ref: '#/$defs/A', $defs: { A: { type: 'object', properties: { a: string }, required: ['a'] } } }, { $ref: '#/$defs/A', $defs: { A: { type: 'object', properties: { a: string }, required: ['a'], additionalProperties: false } } }],
  ['a property of the name of a word is a property', { type: 'object', properties: { pattern: string, description: string }, required: ['pattern', 'description'] }, { type: 'object', properties: { pattern: string, description: string }, required: ['pattern', 'description'], additionalProperties: false }],
])('%s', (_, schema, closed) => {
  expect(sent(schema)).toEqual(closed)
  expect(carriesOutput({ output: format(schema) }, to(SONNET))).toBe(true)
})

it.each<[string, Schema]>([
  ['objects of any keys', { type: 'object', additionalProperties: string }],
  ['objects that nobody describes', { type: 'object', properties: { a: { type: 'object' } }, required: ['a'] }],
  ['keys by pattern', { type: 'object', properties: {}, patternProperties: { '^a': string } }],
  ['a schema of itself', { type: 'object', properties: { next: { $ref: '#' } }, required: ['next'] }],
  ['definitions in a circle', { $ref: '#/$defs/A', $defs: { A: { anyOf: [string, { $ref: '#/$defs/B' }] }, B: { type: 'array', items: { $ref: '#/$defs/A' } } } }],
  ['many optional properties', { type: 'object', properties: Object.fromEntries(Array.from({ length: 13 }, (_, at) => [`p${at}`, string])) }],
])('%s are no format of Anthropic’s', (_, schema) => {
  expect(carriesOutput({ output: format(schema) }, to(SONNET))).toBe(false)
  expect(sent(schema)).toEqual(schema)
})

it('a definition used twice is no circle', () => {
  const at = { $ref: '#/$defs/A' }
  const schema = { type: 'object', properties: { a: at, b: at }, required: ['a', 'b'], $defs: { A: string } }
  expect(carriesOutput({ output: format(schema) }, to(SONNET))).toBe(true)
})

it.each([
  ['claude-opus-4-1-20250805', true],
  ['claude-haiku-4-5', true],
  ['claude-sonnet-4-20250514', false],
  ['claude-next', true],
  ['minimax-m3', false],
])('%s can be held to a schema: %j', (apiModel, held) => {
  expect(carriesOutput({ output: format({ type: 'object', properties: {} }) }, to(apiModel))).toBe(held)
})

it('JSON of any kind is no format of Anthropic’s, text needs none', () => {
  expect([carriesOutput({ output: { type: 'json' } }, to(SONNET)), carriesOutput({ output: { type: 'text' } }, to('other'))]).toEqual([false, true])
  expect(messagesWire.encode(prompt({ output: { type: 'json' } }), to(SONNET))).not.toHaveProperty('output_config')
})
