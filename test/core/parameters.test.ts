import { expect, it } from 'vitest'
import { ignoredParameters } from '../../src/core/parameters.ts'

const parameters = { temperature: 1, seed: 1, logitBias: { 1: 1 }, stop: ['a'], user: undefined }

it.each([
  ['chat', []],
  ['responses', ['seed', 'logitBias']],
  ['messages', ['seed', 'logitBias']],
  ['gemini', ['logitBias']],
  ['unknown', ['seed', 'logitBias']],
] as const)('behind the format %s are ignored: %j', (wire, ignored) => {
  expect(ignoredParameters(parameters, { wire, efforts: [] })).toEqual(ignored.map((name) => ({ name, hint: false })))
})

it.each([
  ['chat', [], []],
  ['responses', [], []],
  ['messages', ['low', 'high'], []],
  ['messages', ['high', 'max'], ['reasoningEffort']],
  ['gemini', [], ['reasoningEffort']],
] as const)('an effort behind the format %s of a model that offers %j: %j', (wire, efforts, ignored) => {
  expect(ignoredParameters({ reasoningEffort: 'low' }, { wire, efforts: [...efforts] })).toEqual(ignored.map((name) => ({ name, hint: false })))
})

it.each([
  ['chat', []],
  ['responses', ['prediction']],
  ['messages', ['metadata', 'prediction']],
  ['gemini', ['user', 'metadata', 'prediction']],
] as const)('of the parameters that cannot change an answer are ignored behind the format %s: %j', (wire, ignored) => {
  const hints = { user: 'u', metadata: { a: 'b' }, prediction: { type: 'content', content: 'x' } }
  expect(ignoredParameters(hints, { wire, efforts: [] })).toEqual(ignored.map((name) => ({ name, hint: true })))
})
