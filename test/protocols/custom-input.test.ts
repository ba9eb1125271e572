import { describe, expect, it } from 'vitest'
import { CustomInput } from '../../src/protocols/custom-input.ts'

function read(...pieces: string[]): { deltas: string[]; text: string } {
  const input = new CustomInput()
  const deltas = [...pieces.map((piece) => input.push(piece)), input.end()].filter((delta) => delta !== '')
  return { deltas, text: input.text }
}

describe('the input of a custom tool', () => {
  it.each([
    ['{"input":"plain"}', 'plain'],
    [' {\n "input" : "spaced" } ', 'spaced'],
    ['{"input":"\\"\\\\\\/\\b\\f\\n\\r\\t\\u00e9"}', '"\\/\b\f\n\r\té'],
    ['{"input":"😀 \\ud83d\\ude00 \\ud83d"}', '😀 😀 \ud83d'],
    ['{"input":""}', ''],
    ['{"note":1,"input":"later"}', 'later'],
    ['{"patch":"other"}', '{"patch":"other"}'],
    ['*** Begin Patch', '*** Begin Patch'],
    ['{"input":"cut off', 'cut off'],
    ['', ''],
  ])('of %j is %j, in one piece and in single characters', (json, expected) => {
    for (const { deltas, text } of [read(json), read(...json)]) {
      expect(text).toBe(expected)
      expect(deltas.join('')).toBe(expected)
    }
  })

  it('is told as it comes, but never half a character', () => {
    expect(read('{"input":"a', 'b\\ud83d', '\\ude0', '0c', '"}').deltas).toEqual(['a', 'b', '😀c'])
  })

  it('is complete with its object', () => {
    const input = new CustomInput()
    input.push('{"input":"}"')
    expect(input.complete).toBe(false)
    input.push('}')
    expect(input.complete).toBe(true)
  })
})
