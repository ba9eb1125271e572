import { expect, test } from 'vitest'
import { readGenerateRequest } from '../../../src/protocols/gemini/read.ts'

const read = (...contents: unknown[]) => readGenerateRequest({ contents }, { stream: false })
const asked = { role: 'user', parts: [{ text: 'hi' }] }

test.each([['a'], [0], [true], [[null]], [[[]]], [{ length: 1 }]])('a content of an unknown role may hold anything: %j', (parts) => {
  expect(read(asked, { role: 'critic', parts }).choices).toBe(1)
})

test.each([['a'], [0], [true], [[null]]])('one of a known role may not: %j', (parts) => {
  expect(() => read(asked, { role: 'model', parts })).toThrow(expect.objectContaining({ status: 400 }))
})
