import { expect, test } from 'vitest'
import { extractJson, type FindJson, findAnyJson } from '../../src/generation/output/extract-json.ts'
import { growthOf, LINEAR } from '../support/growth.ts'

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
])('%j holds %j', async (text, json) => {
  expect(await extractJson(text, findAnyJson)).toEqual({ json })
})

test.each(['', 'no JSON here', '{"a": 1', '{a: 1}', "{'a': 1}", '{"a": 1,}', '{"a": {"b": 1},}', ']['])('%j holds none', async (text) => {
  expect(await extractJson(text, findAnyJson)).toEqual({ problem: 'it holds no valid JSON' })
})

test('the texts are looked at in their order, and what is wrong with the first is told', async () => {
  const asked: string[][] = []
  const find: FindJson = async (texts) => {
    asked.push([...texts])
    const fits = texts.indexOf('{"a": 1}')
    return fits === -1 ? { problem: 'it lacks a' } : { fits }
  }
  expect(await extractJson('{"some": "longer", "object": 1} or {"a": 1}', find)).toEqual({ json: '{"a": 1}' })
  expect(await extractJson('{"b": "x"} or [1]', find)).toEqual({ problem: 'it lacks a' })
  expect(asked).toEqual([
    ['{"some": "longer", "object": 1} or {"a": 1}', '{"some": "longer", "object": 1}', '{"a": 1}'],
    ['{"b": "x"} or [1]', '{"b": "x"}', '[1]'],
  ])
})

/** Microseconds: the list of what is open grows with the text, and memory that the system has to fetch costs ten times as much as the steps. */
const MEMORY = 20_000

test.each(['{', '[{"'])('many %s cost no more than many letters', (brackets) => {
  expect(
    growthOf(
      (size) => brackets.repeat(size),
      (text) => void extractJson(text, findAnyJson),
      250_000,
      MEMORY,
    ),
  ).toBeLessThan(LINEAR)
})
