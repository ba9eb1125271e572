import { expect, test } from 'vitest'
import { StopFilter } from '../../src/generation/stop-filter.ts'
import { numbers, splits } from './scripted-engine.ts'

function filter(deltas: string[], sequences: string[]): { text: string; stopped: boolean } {
  const filter = new StopFilter(sequences)
  const text = deltas.map((delta) => filter.push(delta)).join('') + filter.flush()
  return { text, stopped: filter.stopped }
}

/** The definition: the text is written character by character and ends with the first sequence that is complete. */
function byDefinition(text: string, sequences: string[]): { text: string; stopped: boolean } {
  for (let end = 1; end <= text.length; end++) {
    const complete = sequences.filter((sequence) => text.slice(0, end).endsWith(sequence))
    if (complete.length > 0) return { text: text.slice(0, end - Math.max(...complete.map((sequence) => sequence.length))), stopped: true }
  }
  return { text, stopped: false }
}

test.each([
  ['one two END three', ['END'], 'one two '],
  ['no such thing', ['END'], 'no such thing'],
  ['EN EN E', ['END'], 'EN EN E'],
  ['ENEND', ['END'], 'EN'],
  ['a\n\nb', ['\n\n'], 'a'],
  ['x STOP y END', ['END', 'STOP'], 'x '],
  ['abcd', ['abcd', 'bc'], 'a'],
  ['xabc', ['bc', 'abc'], 'x'],
  ['END', ['END'], ''],
  ['ende 😀 gut', ['😀'], 'ende '],
])('%j with %j is %j, however it is split', (text, sequences, expected) => {
  for (const deltas of splits(text)) expect(filter(deltas, sequences), JSON.stringify(deltas)).toEqual({ text: expected, stopped: expected !== text })
})

test('random texts and sequences end where the definition says, however they are split', () => {
  const random = numbers(7)
  const word = (length: number) => Array.from({ length }, () => 'ab<'[Math.floor(random() * 3)]).join('')
  let stopped = 0
  for (let round = 0; round < 400; round++) {
    const text = word(4 + Math.floor(random() * 20))
    const sequences = Array.from({ length: 1 + Math.floor(random() * 4) }, () => word(1 + Math.floor(random() * 6)))
    const expected = byDefinition(text, sequences)
    if (expected.stopped) stopped++
    for (const deltas of splits(text, 10)) expect(filter(deltas, sequences), JSON.stringify({ deltas, sequences })).toEqual(expected)
  }
  expect(stopped).toBeGreaterThan(100)
  expect(stopped).toBeLessThan(400)
})

test('no more is held back than could begin a sequence', () => {
  const filter = new StopFilter(['</end>', 'STOP'])
  expect(filter.push('a < b')).toBe('a < b')
  expect(filter.push('c<')).toBe('c')
  expect(filter.push('/e')).toBe('')
  expect(filter.push('x ST')).toBe('</ex ')
  expect(filter.push('OP after')).toBe('')
  expect(filter.stopped).toBe(true)
  expect(filter.push('more')).toBe('')
  expect(filter.flush()).toBe('')
})
