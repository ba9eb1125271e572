import { expect, test } from 'vitest'
import { SseReader } from '../../src/exchange/sse-reader.ts'

const TEXT = ': hello\n\nevent: x\ndata: {"a":"ä"}\r\n\r\ndata: {"b":\ndata: 2}\n\ndata: no json\n\nid: 7\n\ndata: [DONE]\n\n'

test.each([1, 2, 3, 7, 1000])('events in pieces of %i bytes', (size) => {
  const bytes = Buffer.from(TEXT)
  const reader = new SseReader()
  const read: unknown[] = []
  for (let start = 0; start < bytes.length; start += size) read.push(...reader.push(bytes.subarray(start, start + size)))
  expect([...read, ...reader.end()]).toEqual([{ a: 'ä' }, { b: 2 }])
  expect(reader.done).toBe(true)
})

test('an event whose empty line is missing at the end', () => {
  const reader = new SseReader()
  expect(reader.push(Buffer.from('data: {"a":1}\n'))).toEqual([])
  expect(reader.end()).toEqual([{ a: 1 }])
  expect(reader.done).toBe(false)
})
