import { expect, test } from 'vitest'
import { bestMatch, bestPattern } from '../../src/core/model-pattern.ts'

test.each([
  ['ollama/llama3.2', ['ollama/*'], 8],
  ['ollama/llama3.2', ['*', 'ollama/*', 'ollama/llama*'], 13],
  ['openrouter/meta/llama-3', ['openrouter/*-3'], 14],
  ['ollama/llama3.2', ['ollama/llama3.2'], 15],
  ['ollama/llama3x2', ['ollama/llama3.2'], -1],
  ['xollama/a', ['ollama/*'], -1],
  ['ollama/a', [], -1],
])('%s by %j: %j', (id, patterns, length) => {
  expect(bestMatch(id, patterns)).toBe(length)
})

test.each([
  ['claude-opus-5', ['*', 'claude-*', 'claude-opus-*'], 'claude-opus-*'],
  ['claude-opus-5', ['claude-*5', 'claude-o*'], 'claude-*5'],
  ['gpt-5', ['claude-*'], undefined],
])('the best for %s of %j: %j', (id, patterns, best) => {
  expect(bestPattern(id, patterns)).toBe(best)
})
