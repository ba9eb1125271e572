import { expect, test } from 'vitest'
import { compileSchema } from '../../src/generation/schema/compile.ts'

test.each<[name: string, schema: Record<string, unknown>, good: unknown, bad: unknown]>([
  [
    'draft 2020-12',
    { $schema: 'https://json-schema.org/draft/2020-12/schema', type: 'array', prefixItems: [{ type: 'string' }], items: false },
    ['a'],
    ['a', 1],
  ],
  ['draft 7', { $schema: 'http://json-schema.org/draft-07/schema#', type: 'array', items: [{ type: 'string' }], additionalItems: false }, ['a'], ['a', 1]],
  ['draft 7 without saying so', { type: 'array', items: [{ type: 'string' }], additionalItems: false }, ['a'], ['a', 1]],
  ['draft 4', { $schema: 'http://json-schema.org/draft-04/schema#', id: 'http://x/y', type: 'integer' }, 1, 1.5],
  ['formats', { type: 'string', format: 'date-time' }, '2025-01-01T00:00:00Z', 'today'],
  ['unknown formats and keywords', { type: 'string', format: 'colour', 'x-order': 3, example: 1 }, 'red', 1],
  [
    'references',
    { $defs: { node: { type: 'object', properties: { next: { $ref: '#/$defs/node' } }, additionalProperties: false } }, $ref: '#/$defs/node' },
    { next: {} },
    { next: { x: 1 } },
  ],
  ['definitions', { definitions: { a: { type: 'string' } }, properties: { a: { $ref: '#/definitions/a' } } }, { a: 'x' }, { a: 1 }],
  ['ajv’s own $async', { $async: true, type: 'string' }, 'x', 1],
  ['a property called id', { type: 'object', properties: { id: { type: 'integer' } } }, { id: 1 }, { id: 'x' }],
])('%s', (_name, schema, good, bad) => {
  const validate = compileSchema(schema)
  expect(validate(good)).toBeUndefined()
  expect(validate(bad)).toEqual(expect.any(String))
})

test.each<[name: string, schema: Record<string, unknown>]>([
  ['an unknown type', { type: 'strnig' }],
  ['a reference to nothing', { $ref: '#/$defs/missing' }],
  ['a reference to another place', { $ref: 'https://example.com/schema.json' }],
  ['a broken pattern', { type: 'string', pattern: '(' }],
  ['properties that are none', { type: 'object', properties: 'x' }],
])('%s is no schema', (_name, schema) => {
  expect(() => compileSchema(schema)).toThrow(Error)
})

test('what is wrong is said without the values, and in bounded length', () => {
  const validate = compileSchema({ type: 'object', properties: { a: { type: 'integer' } }, required: ['b'], additionalProperties: false })
  const problem = validate({ a: 'secret' })
  expect(problem).toBe("the value must have required property 'b'; /a must be integer")
  const many = compileSchema({ type: 'array', items: { type: 'string' } })(Array.from({ length: 50 }, () => 1))
  expect(many).toMatch(/^\/0 must be string; .*; and 42 more$/)
})
