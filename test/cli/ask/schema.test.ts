import { rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { readSchema, responseFormat } from '../../../src/cli/ask/schema.ts'
import { makeFolder } from '../../support/place.ts'

const folder = makeFolder('ocb-schema-')
afterAll(() => rmSync(folder, { recursive: true }))

const object = (properties: object) => ({ type: 'object', properties, required: Object.keys(properties), additionalProperties: false })

test.each([
  ['name, age int', object({ name: { type: 'string' }, age: { type: 'integer' } })],
  ['tags str[], ok bool', object({ tags: { type: 'array', items: { type: 'string' } }, ok: { type: 'boolean' } })],
  [
    'name: of the dog, no cat\nweight float: in kg\n',
    object({ name: { type: 'string', description: 'of the dog, no cat' }, weight: { type: 'number', description: 'in kg' } }),
  ],
  ['{"type":"string"}', { type: 'string' }],
])('%j', (text, schema) => {
  expect(readSchema(text)).toEqual(schema)
})

test('a file', () => {
  const path = join(folder, 'dog.json')
  writeFileSync(path, '{"type":"array"}')
  expect(readSchema(path)).toEqual({ type: 'array' })
})

test.each([
  ['{"type":', 'the schema is not valid JSON'],
  ['missing.json', 'missing.json cannot be read'],
  ['name, age years', '"age years" is no field of a schema'],
  ['name toString', '"name toString" is no field'],
  [' , ', 'the schema is empty'],
])('%j is refused', (text, message) => {
  expect(() => readSchema(text)).toThrow(message)
})

test('strict is what OpenAI’s strict form can hold', () => {
  const strict = (schema: object) => (responseFormat(schema as Record<string, unknown>).json_schema as { strict?: boolean }).strict
  expect(strict(readSchema('name, age int'))).toBe(true)
  expect(strict({ type: 'object', properties: { a: {} }, additionalProperties: false })).toBeUndefined()
  expect(strict({ type: 'array', items: { type: 'object', properties: {} } })).toBeUndefined()
})
