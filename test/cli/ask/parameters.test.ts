import { expect, test } from 'vitest'
import { exitCodes } from '../../../src/cli/command-line/exit-codes.ts'
import { readNumber, readParameters } from '../../../src/cli/ask/parameters.ts'

test.each([
  [['temperature=0.5', 'stop=["a","b"]', 'user=me'], { temperature: 0.5, stop: ['a', 'b'], user: 'me' }],
  [['reasoning.max_tokens=100', 'reasoning.exclude=true'], { reasoning: { max_tokens: 100, exclude: true } }],
  [['a==b', 'c='], { a: '=b', c: '' }],
])('%j', (pairs, parameters) => {
  expect(readParameters(pairs)).toEqual(parameters)
})

test.each([
  ['temperature', '-o temperature is no key=value'],
  ['=1', 'is no key=value'],
  ['model=a/b', '-o model is no parameter: -m says that'],
  ['stream=true', '--no-stream says that'],
])('%j is refused', (pair, message) => {
  expect(() => readParameters([pair])).toThrow(expect.objectContaining({ message: expect.stringContaining(message), exitCode: exitCodes.usage }))
})

test('numbers', () => {
  expect(readNumber('temperature', '0.7', { min: 0, max: 2 })).toBe(0.7)
  for (const text of ['', 'hot', '-1', '2.1'])
    expect(() => readNumber('temperature', text, { min: 0, max: 2 })).toThrow(`--temperature ${text} is no number from 0 to 2`)
  expect(() => readNumber('max-tokens', '1.5', { min: 1, whole: true })).toThrow('--max-tokens 1.5 is no whole number of 1 or more')
})
