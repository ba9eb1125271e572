import { expect, test } from 'vitest'
import { combinePrompt } from '../../../src/cli/ask/prompt-text.ts'

test.each([
  [['summarise', 'this'], 'a text\n', 'summarise this\n\na text\n'],
  [['hello'], '', 'hello'],
  [[], 'a text', 'a text'],
  [['hello'], ' \n', 'hello'],
  [[' '], '\n', undefined],
  [[], '', undefined],
])('%j and %j', (words, piped, expected) => {
  expect(combinePrompt(words, piped)).toBe(expected)
})
