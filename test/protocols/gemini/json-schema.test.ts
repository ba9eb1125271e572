import { expect, it } from 'vitest'
import { toJsonSchema } from '../../../src/protocols/gemini/json-schema.ts'

it("turns Google's Schema into JSON Schema", () => {
  const schema = {
    type: 'OBJECT',
    title: 'T',
    properties: {
      min_items: { type: 'ARRAY', items: { type: 'NUMBER', format: 'float' }, min_items: '1', maxItems: 3 },
      color: { type: 'STRING', format: 'enum', enum: ['red', 'blue'], nullable: true },
      either: { anyOf: [{ type: 'STRING' }, { type: 'BOOLEAN' }], nullable: true, example: 'x' },
      any: { type: 'TYPE_UNSPECIFIED', nullable: false },
    },
    required: ['color'],
    propertyOrdering: ['color', 'either', 'gone'],
  }
  const converted = toJsonSchema(schema)
  expect(converted).toEqual({
    type: 'object',
    title: 'T',
    properties: {
      color: { type: ['string', 'null'], enum: ['red', 'blue', null] },
      either: { anyOf: [{ type: 'string' }, { type: 'boolean' }, { type: 'null' }], examples: ['x'] },
      min_items: { type: 'array', items: { type: 'number', format: 'float' }, minItems: 1, maxItems: 3 },
      any: {},
    },
    required: ['color'],
  })
  expect(Object.keys(converted.properties as object)).toEqual(['color', 'either', 'min_items', 'any'])
})

it('leaves JSON Schema as it is', () => {
  const schema = {
    $schema: 'http://json-schema.org/draft-07/schema#',
    type: ['object', 'null'],
    $defs: { node: { type: 'object', properties: { next: { $ref: '#/$defs/node' } } } },
    properties: { nullable: { type: 'boolean' }, example: { const: 1, default: { type: 'STRING' } } },
    additionalProperties: false,
    items: true,
  }
  expect(toJsonSchema(schema)).toEqual(schema)
})
