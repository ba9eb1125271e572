import { expect, test } from 'vitest'
import { BlockReader, type Piece } from '../../src/generation/tools/block-reader.ts'
import { splits } from './scripted-engine.ts'
import { growthOf, LINEAR } from '../support/growth.ts'

/** Pieces with neighbouring texts joined, which is what no split may change. */
function read(deltas: string[]): Piece[] {
  const reader = new BlockReader()
  const joined: Piece[] = []
  for (const piece of [...deltas.flatMap((delta) => reader.push(delta)), ...reader.end()]) {
    const last = joined.at(-1)
    if (piece.type === 'text' && last?.type === 'text') last.text += piece.text
    else joined.push({ ...piece })
  }
  return joined
}

const bodies = (pieces: Piece[]) => pieces.map((piece) => (piece.type === 'text' ? piece.text : [piece.body]))

test.each<[name: string, text: string, expected: (string | string[])[]]>([
  ['text', 'just text', ['just text']],
  ['text with what could be a marker', 'a <tool_cal b <tool <tool_', ['a <tool_cal b <tool <tool_']],
  ['a block', '<tool_call>\n{"a":1}\n</tool_call>', [['\n{"a":1}\n']]],
  ['a block in text', 'so: <tool_call>{}</tool_call> done', ['so: ', ['{}'], ' done']],
  ['two blocks', '<tool_call>{"a":1}</tool_call>\n<tool_call>{"b":2}</tool_call>', [['{"a":1}'], '\n', ['{"b":2}']]],
  ['a fence around it', 'so:\n```json\n<tool_call>\n{}\n</tool_call>\n```', ['so:\n', ['\n{}\n'], '\n```']],
  ['a fence inside', '<tool_call>\n```json\n{}\n```\n</tool_call>', [['\n```json\n{}\n```\n']]],
  ['a fence with something else', '```python\nprint("<")\n```', ['```python\nprint("<")\n```']],
  ['ticks', 'use `x` and ``y`` and ```', ['use `x` and ``y`` and ```']],
  ['the marker in a string', '<tool_call>{"a":"</tool_call> \\" <tool_call>"}</tool_call>', [['{"a":"</tool_call> \\" <tool_call>"}']]],
  ['quotes behind the object', '<tool_call>{"a":1} that"s it</tool_call> x', [['{"a":1} that"s it'], ' x']],
  ['the marker in a string of a second object', '<tool_call>{"a":1} {"b":"</tool_call>"}</tool_call>', [['{"a":1} {"b":"</tool_call>"}']]],
  ['no closing marker', 'so <tool_call>\n{"a":1}', ['so ', ['\n{"a":1}']]],
  ['half a closing marker', '<tool_call>{"a":1}</tool_', [['{"a":1}</tool_']]],
  ['a block that the next one ends', '<tool_call>{"a":1}\n<tool_call>{"b":2}</tool_call>', [['{"a":1}\n'], ['{"b":2}']]],
  ['a string that is never closed', '<tool_call>{"a":"x}</tool_call> and <tool_call>{"b":2}</tool_call>', [['{"a":"x}'], ' and ', ['{"b":2}']]],
  ['an empty block', '<tool_call></tool_call>', [['']]],
])('%s, however it is split', (_name, text, expected) => {
  for (const deltas of splits(text)) {
    const pieces = read(deltas)
    expect(bodies(pieces), JSON.stringify(deltas)).toEqual(expected)
    expect(pieces.map((piece) => (piece.type === 'text' ? piece.text : piece.source)).join('')).toBe(text)
  }
})

test('text comes at once, up to what could begin a marker', () => {
  const reader = new BlockReader()
  expect(reader.push('Hello <b')).toEqual([{ type: 'text', text: 'Hello <b' }])
  expect(reader.push('old> <tool')).toEqual([{ type: 'text', text: 'old> ' }])
  expect(reader.push('box>')).toEqual([{ type: 'text', text: '<toolbox>' }])
  expect(reader.push('\n```js')).toEqual([{ type: 'text', text: '\n' }])
  expect(reader.push('\nlet')).toEqual([{ type: 'text', text: '```js\nlet' }])
})

test('a block comes as soon as it is complete', () => {
  const reader = new BlockReader()
  expect(reader.push('<tool_call>{"a":1}</tool_call')).toEqual([])
  expect(reader.push('>')).toEqual([{ type: 'block', source: '<tool_call>{"a":1}</tool_call>', body: '{"a":1}' }])
})

test('a block of 1.6 MB in small deltas is read in linear time', () => {
  const block = (size: number) => `<tool_call>${JSON.stringify({ tool: 'write', args: { content: 'x<"\\'.repeat(size) } })}</tool_call>`
  const read = (text: string) => {
    const reader = new BlockReader()
    const pieces: Piece[] = []
    for (let index = 0; index < text.length; index += 16) pieces.push(...reader.push(text.slice(index, index + 16)))
    expect(pieces).toHaveLength(1)
  }
  expect(growthOf(block, read, 25_000)).toBeLessThan(LINEAR)
})
