import { expect, test } from 'vitest'
import { answerOf } from '../../src/demo/answer-of.ts'

const asked = (content: unknown, schema?: object) => ({
  messages: [
    { role: 'user', content: 'before' },
    { role: 'assistant', content: 'x' },
    { role: 'user', content },
  ],
  ...(schema && { response_format: { type: 'json_schema', json_schema: { name: 'answer', schema } } }),
})

test('it repeats the last question, and says which files came', () => {
  expect(answerOf(asked('hi'))).toBe('This is the demo model; it repeats what you say. You said: hi')
  const image = { type: 'image_url', image_url: { url: 'data:image/png;base64,AAAA' } }
  const pdf = { type: 'file', file: { filename: 'a.pdf', file_data: 'data:application/pdf;base64,AA==' } }
  expect(answerOf(asked([image, pdf, { type: 'text', text: 'what?' }]))).toMatch(
    /You said: what\? \(with image\/png of 3 bytes and application\/pdf of 1 bytes\)$/,
  )
  expect(answerOf({})).toMatch(/You said: $/)
})

test.each<[object, unknown]>([
  [
    { type: 'object', properties: { name: { type: 'string' }, age: { type: 'integer' }, ok: { type: 'boolean' } } },
    { name: 'hi', age: 1, ok: true },
  ],
  [{ properties: { a: { type: ['null', 'string'] }, b: { enum: ['x', 'y'] }, c: { const: 3 } } }, { a: null, b: 'x', c: 3 }],
  [{ type: 'array', items: { anyOf: [{ type: 'number', minimum: 5 }, {}] } }, [5]],
  [{ type: 'string', maxLength: 1 }, 'h'],
  [{ $ref: '#/$defs/a', $defs: { a: { type: 'string' } } }, 'hi'],
])('%j', (schema, example) => {
  expect(JSON.parse(answerOf(asked('hi', schema)))).toEqual(example)
})

test('a schema that holds itself has an end', () => {
  expect(() => answerOf(asked('hi', { type: 'object', properties: { again: { $ref: '#' } } }))).not.toThrow()
})
