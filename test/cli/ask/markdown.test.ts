import { stripVTControlCharacters } from 'node:util'
import { describe, expect, test } from 'vitest'
import { visibleText } from '../../../src/core/visible-text.ts'
import { renderMarkdown } from '../../../src/cli/terminal/markdown/render.ts'
import { MarkdownWriter } from '../../../src/cli/terminal/markdown/writer.ts'

const STYLE = new RegExp(`${'\u001b'}\\[\\d+m`, 'g')

const render = (markdown: string, columns = 60) => stripVTControlCharacters(renderMarkdown(markdown, columns))

test.each([
  ['# A\n\ntext **b** *i* `c`', 'A\n\ntext b i c\n'],
  ['- one\n- two\n  - three', '• one\n• two\n  • three\n'],
  ['9. a\n10. b', ' 9. a\n10. b\n'],
  ['- [x] done\n- [ ] todo', '• ☒ done\n• ☐ todo\n'],
  ['> a\n> > b', '│ a\n│\u0020\n│ │ b\n'],
  ['| a | long |\n|--:|---|\n| 日本 | x |', '   a │ long\n─────┼─────\n日本 │ x\n'],
  ['[a](https://b.c) <https://b.c>', 'a (https://b.c) https://b.c\n'],
  ['a &lt; b &amp; c', 'a < b & c\n'],
  ['    code\n\n    more', '  code\n\n  more\n'],
  ['', ''],
])('%j', (markdown, shown) => {
  expect(render(markdown).replaceAll(/ +\n/g, '\n')).toBe(shown.replaceAll(/ +\n/g, '\n'))
})

test('words are wrapped, within lists below their text', () => {
  expect(render('- one two three four five six', 20)).toBe('• one two three four\n  five six\n')
})

test.each([['&#27;[31m'], ['&#x1b;]52;c;x&#7;'], ['[a](&#27;[31m)'], ['`a` <b &#27;>'], ['&#155;31m']])('%j steers no terminal', (markdown) => {
  const bare = renderMarkdown(markdown, 60).replaceAll(STYLE, '')
  expect(bare).toBe(visibleText(bare))
  expect(renderMarkdown('&#27;[31m', 60)).not.toContain('\u001b')
})

describe('while it is written', () => {
  /** What stands on the terminal in the end, whose only movement is the erasing of a line. */
  const show = async (pieces: string[]) => {
    let written = ''
    const writer = new MarkdownWriter({ columns: () => 60, write: (text) => void (written += text) })
    for (const piece of pieces) await writer.write(piece)
    await writer.end()
    const lines = written.split('\n').map((line) => line.slice(line.lastIndexOf('\r\u001b[K') + 1))
    return stripVTControlCharacters(lines.join('\n')).replaceAll('\r', '')
  }

  const TEXT = '# A\n\none\ntwo\n\n1. a\n\n   more\n\n2. b\n\nend:\n```js\nif (a) {\n\n  b\n```\nafter\n\n~~~\nopen'
  const SHOWN = 'A\n\none\ntwo\n\n1. a\n\n   more\n\n2. b\n\nend:\n\n  js\n  if (a) {\n  \n    b\n\nafter\n\n  open\n'

  test('it is the same, however it comes', async () => {
    expect(await show([TEXT])).toBe(SHOWN)
    for (const size of [1, 3, 7, 50]) expect(await show(TEXT.match(new RegExp(`[^]{1,${size}}`, 'g'))!)).toBe(SHOWN)
  })

  test('each block is there once the next has begun, and what is not whole is told on a line that goes', async () => {
    const written: string[] = []
    const writer = new MarkdownWriter({ columns: () => 20, write: (text) => void written.push(stripVTControlCharacters(text)) })
    await writer.write('one **two**\n\nthr')
    expect(written).toEqual(['\rthr'])
    await writer.write('ee, which is rather long\n')
    expect(written.slice(1)).toEqual(['\r', 'one two\n', '\rhich is rather long'])
    await writer.end()
    expect(written.at(-1)).toBe('\nthree, which is\nrather long\n')
  })
})
