import { describe, expect, it } from 'vitest'
import { UsageChunkFilter } from '../../../src/wires/chat/usage-chunk.ts'

const chunk = (delta: object, more: object = {}) => `data: ${JSON.stringify({ choices: [{ index: 0, delta }], ...more })}\n\n`
const USAGE = `data: {"id":"x","choices": [],"usage":{"prompt_tokens":1}}\n\n`

/** What goes on of a stream that comes in pieces of `size` bytes. */
function passed(text: string, size: number): string {
  const filter = new UsageChunkFilter()
  const bytes = Buffer.from(text)
  const pieces = Array.from({ length: Math.ceil(bytes.length / size) }, (_, index) => filter.push(bytes.subarray(index * size, (index + 1) * size)))
  return Buffer.concat([...pieces, filter.end()]).toString()
}

describe.each([1, 2, 3, 7, 64, 10_000])('in pieces of %i bytes', (size) => {
  it('the chunk of the usage goes, and all else stays as it is', () => {
    const before = `: comment\n\n${chunk({ content: 'é"usage"🌍' })}${chunk({ content: 'b' }, { usage: null })}`
    expect(passed(`${before}${USAGE}data: [DONE]\n\n`, size)).toBe(`${before}data: [DONE]\n\n`)
  })

  it('so do others without choices, and usage beside a choice', () => {
    const text = `data: {"choices":[],"prompt_filter_results":[],"usage":null}\n\n${chunk({}, { usage: { prompt_tokens: 1 } })}data: {"choices":[]}\n\n`
    expect(passed(text, size)).toBe(text)
  })

  it('lines may end as in HTTP, and the last may be left out', () => {
    expect(passed(`data: {"a":1}\r\n\r\n${USAGE.replaceAll('\n', '\r\n')}`, size)).toBe('data: {"a":1}\r\n\r\n')
    expect(passed(`data: {"a":1}\n\n${USAGE.trim()}`, size)).toBe('data: {"a":1}\n\n')
    expect(passed('data: {"a":1}', size)).toBe('data: {"a":1}')
  })
})
