import { expect, test } from 'vitest'
import { firstCodeBlock } from '../../../src/cli/ask/code-block.ts'

test.each([
  ['Here:\n\n```sh\nls -l\n```\n\n```sh\nrm\n```\n', 'ls -l\n'],
  ['~~~\na\n```\nb\n~~~\nc', 'a\n```\nb\n'],
  ['````md\n```sh\nls\n```\n````', '```sh\nls\n```\n'],
  ['  ```py\n  if a:\n    b\n  ```', 'if a:\n  b\n'],
  ['```\ncut off', 'cut off\n'],
  ['```\n```', ''],
  ['no code, `one` and ``` two ``` inline', undefined],
])('%j', (markdown, code) => {
  expect(firstCodeBlock(markdown)).toBe(code)
})
