import { expect, test } from 'vitest'
import { StopFilter } from '../../src/generation/stop-filter.ts'
import { numbers, splits } from './scripted-engine.ts'

function filter(deltas: string[], sequences: string[]): { text: string; matched: string | undefined } {
  const filter = new StopFilter(sequences)
  const text = deltas.map((delta) => filter.push(delta)).join('') + filter.flush()
  return { text, matched: filter.matched }
}

/** The definition: the text is written character by character and ends with the first sequence that is complete. */
function byDefinition(text: string, sequences: string[]): { text: string; matched: string | undefined } {
  for (let end = 1; end <= text.length; end++) {
    const complete = sequences.filter((sequence) => text.slice(0, end).endsWith(sequence))
    const [matched] = complete.toSorted((a, b) => b.length - a.length)
    if (matched !== undefined) return { text: text.slice(0, end - matched.length), matched }
  }
  return { text, matched: undefined }
}

test.each([
  ['one two END three', ['END'], 'one two ', 'END'],
  ['no such thing', ['END'], 'no such thing', undefined],
  ['EN EN E', ['END'], 'EN EN E', undefined],
  ['ENEND', ['END'], 'EN', 'END'],
  ['a\n\nb', ['\n\n'], 'a', '\n\n'],
  ['x STOP y END', ['END', 'STOP'], 'x ', 'STOP'],
  ['abcd', ['abcd', 'bc'], 'a', 'bc'],
  ['xabc', ['bc', 'abc'], 'x', 'abc'],
  ['END', ['END'], '', 'END'],
  ['ende 😀 gut', ['😀'], 'ende ', '😀'],
])('%j with %j is %j, stopped by %j, however it is split', (text, sequences, expected, matched) => {
  for (const deltas of splits(text)) expect(filter(deltas, sequences), JSON.stringify(deltas)).toEqual({ text: expected, matched })
})

test('random texts and sequences end where the definition says, however they are split', () => {
  const random = numbers(7)
  const word = (length: number) => Array.from({ length }, () => 'ab<'[Math.floor(random() * 3)]).join('')
  let stopped = 0
  for (let round = 0; round < 400; round++) {
    const text = word(4 + Math.floor(random() * 20))
    const sequences = Array.from({ length: 1 + Math.floor(random() * 4) }, () => word(1 + Math.floor(random() * 6)))
    const expected = byDefinition(text, sequences)
    if (expected.matched !== undefined) stopped++
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
  expect(filter.matched).toBe('STOP')
  expect(filter.push('more')).toBe('')
  expect(filter.flush()).toBe('')
})
