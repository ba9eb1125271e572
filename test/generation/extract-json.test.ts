import { expect, test } from 'vitest'
import { compileSchema } from '../../src/generation/json-schema.ts'
import { extractJson } from '../../src/generation/output/extract-json.ts'
import { growthOf, LINEAR } from '../support/growth.ts'

const anything = () => undefined

test.each([
  ['{"a": 1}', '{"a": 1}'],
  [' \n{"a": 1}\n', '{"a": 1}'],
  ['```json\n{"a": 1}\n```', '{"a": 1}'],
  ['```\n[1, 2]\n```\n', '[1, 2]'],
  ['```json\n42\n```', '42'],
  ['Sure! Here it is:\n\n{"a": "}"} – anything else?', '{"a": "}"}'],
  ['See [1]: {"a": {"b": [1]}} and {"c": 2}.', '{"a": {"b": [1]}}'],
  ['A brace { alone, then {"a": 1}', '{"a": 1}'],
  ['{"a": "```json"}', '{"a": "```json"}'],
  ['{"a": 12345678901234567890}', '{"a": 12345678901234567890}'],
  ['"text"', '"text"'],
  ['A 5" nail: {"a": 1}', '{"a": 1}'],
])('%j holds %j', (text, json) => {
  expect(extractJson(text, anything)).toEqual({ json })
})

test.each(['', 'no JSON here', '{"a": 1', '{a: 1}', "{'a': 1}", '{"a": 1,}', '{"a": {"b": 1},}', ']['])('%j holds none', (text) => {
  expect(extractJson(text, anything)).toEqual({ problem: 'it holds no valid JSON' })
})

test('the first that is valid counts; else the error of the first', () => {
  const validate = compileSchema({ type: 'object', required: ['a'] })
  expect(extractJson('{"some": "longer", "object": 1} or {"a": 1}', validate)).toEqual({ json: '{"a": 1}' })
  expect(extractJson('{"b": "x"} or [1]', validate)).toEqual({ problem: "the value must have required property 'a'" })
})

test.each(['{', '[{"'])('many %s cost no more than many letters', (brackets) => {
  expect(growthOf((size) => brackets.repeat(size), (text) => void extractJson(text, anything), 250_000)).toBeLessThan(LINEAR)
})
