import { expect, test } from 'vitest'
import { encodeBytesLine } from '../../src/plugin/contract.ts'
import { LineReader } from '../../src/plugin/line-reader.ts'

/** A body with line feeds and what looks like lines of ours. */
const BODY = Buffer.from('{"a":1}\nocb# x 3\n\u2028ä\n')

test.each([1, 3, 8, 10_000])('lines and announced bytes, in pieces of %i bytes', (size) => {
  const stream = Buffer.concat([
    Buffer.from('one\n'),
    Buffer.from(encodeBytesLine('r1', BODY.length)),
    BODY,
    Buffer.from(`two\u2028\n${encodeBytesLine('r2', 0)}three\nrest`),
  ])
  const reader = new LineReader()
  const lines: string[] = []
  const bodies: Buffer[] = []
  for (let start = 0; start < stream.length; start += size) {
    for (const read of reader.push(stream.subarray(start, start + size))) {
      if (typeof read === 'string') lines.push(read)
      else {
        expect(read.request).toBe('r1')
        bodies.push(Buffer.from(read.bytes))
      }
    }
  }
  expect(lines).toEqual(['one', 'two\u2028', 'three'])
  expect(Buffer.concat(bodies).equals(BODY)).toBe(true)
  expect(reader.end()).toEqual(['rest'])
})
