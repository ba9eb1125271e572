import { readFileSync } from 'node:fs'
import { brotliCompressSync, deflateRawSync, deflateSync, gzipSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { recordedBodies } from '../support/recorded-clients.ts'
import { errorOf, hello, testApp } from './test-app.ts'

/** Zstandard of `hello`, by `zstd -3`: from a pipe, so that the frame does not say its size, and from a file. */
const HELLO = JSON.stringify(hello)
const STREAMED = Buffer.from('KLUv/QRYIQIAeyJtb2RlbCI6Im9wZW5haS9ncHQtNSIsIm1lc3NhZ2VzIjpbeyJyb2xlIjoidXNlciIsImNvbnRlbnQiOiJIaSJ9XX0owLTN', 'base64')
const SIZED = Buffer.from('KLUv/SREIQIAeyJtb2RlbCI6Im9wZW5haS9ncHQtNSIsIm1lc3NhZ2VzIjpbeyJyb2xlIjoidXNlciIsImNvbnRlbnQiOiJIaSJ9XX0owLTN', 'base64')

const send = (test: ReturnType<typeof testApp>, encoding: string, body: Buffer | string, path = '/v1/chat/completions') =>
  test.app.request(path, {
    method: 'POST',
    body: typeof body === 'string' ? body : new Uint8Array(body),
    headers: { 'content-type': 'application/json', 'content-encoding': encoding },
  })

describe('an encoded body', () => {
  it.each<[string, Buffer]>([
    ['gzip', gzipSync(HELLO)],
    ['GZIP', gzipSync(HELLO)],
    ['x-gzip', gzipSync(HELLO)],
    ['gzip', Buffer.concat([gzipSync(HELLO.slice(0, 20)), gzipSync(HELLO.slice(20))])],
    ['deflate', deflateSync(HELLO)],
    ['deflate', deflateRawSync(HELLO)],
    ['br', brotliCompressSync(HELLO)],
    ['zstd', STREAMED],
    ['zstd', SIZED],
    ['zstd', Buffer.concat([skippable(9), STREAMED, skippable(0)])],
    ['identity', Buffer.from(HELLO)],
    ['', Buffer.from(HELLO)],
    ['br, gzip', gzipSync(brotliCompressSync(HELLO))],
    ['zstd, identity, gzip', gzipSync(STREAMED)],
  ])('is read: %s', async (encoding, body) => {
    const test = testApp()
    expect((await send(test, encoding, body)).status).toBe(200)
    expect(test.engine.prompts[0]!.messages).toEqual([{ role: 'user', content: [{ type: 'text', text: 'Hi' }] }])
  })

  it('is read in every format, and passed on as it was before', async () => {
    const { body: text, path } = recordedBodies.find(({ client, name }) => client === 'codex' && name === 'default-model')!
    const test = testApp({ maxBodyBytes: 200_000, aliases: { '*': ['openai/gpt-5'] } })
    test.engine.wire = 'responses'
    const response = await send(test, 'zstd', readFileSync(new URL('../fixtures/encodings/codex-default-model.zst', import.meta.url)), path)
    await response.text()
    expect(response.headers.get('x-bridge-lane')).toBe('verbatim')
    expect(JSON.parse(test.engine.calls[0]!.body)).toEqual({ ...JSON.parse(text), model: 'api-model' })
    expect(test.engine.calls[0]!.headers).not.toHaveProperty('content-encoding')
  })

  it.each([
    ['/v1/messages', { ...hello, max_tokens: 9 }],
    ['/v1/responses', { model: 'openai/gpt-5', input: 'Hi' }],
    ['/v1/completions', { model: 'openai/gpt-5', prompt: 'Hi' }],
    ['/v1beta/models/openai/gpt-5:generateContent', { contents: [{ parts: [{ text: 'Hi' }] }] }],
    ['/v1beta/models/openai/gpt-5:countTokens', { contents: [{ parts: [{ text: 'Hi' }] }] }],
    ['/v1/messages/count_tokens', hello],
    ['/api/opencode', { prompt: 'Hi' }],
  ])('is read at %s', async (path, body) => {
    expect((await send(testApp(), 'gzip', gzipSync(JSON.stringify(body)), path)).status).toBe(200)
  })
})

describe('a body that is not what it says', () => {
  it.each<[string, Buffer | string]>([
    ['gzip', HELLO],
    ['gzip', gzipSync(HELLO).subarray(0, 40)],
    ['deflate', HELLO],
    ['br', HELLO],
    ['br', brotliCompressSync(HELLO).subarray(0, 20)],
    ['zstd', HELLO],
    ['zstd', STREAMED.subarray(0, 50)],
    ['zstd', SIZED.subarray(0, 3)],
    ['zstd', Buffer.concat([STREAMED, Buffer.from('more')])],
    ['gzip, br', gzipSync(HELLO)],
  ])('is refused: %s', async (encoding, body) => {
    const response = await send(testApp(), encoding, body)
    expect(response.status).toBe(400)
    expect(await errorOf(response)).toMatchObject({ code: 'invalid_encoding', message: expect.stringContaining('cannot be decoded') })
  })

  it.each(['compress', 'lz4', 'gzip, compress', 'gzip, gzip, gzip, gzip', 'constructor'])(
    'is refused for an encoding that nobody knows: %s',
    async (encoding) => {
      const response = await send(testApp(), encoding, gzipSync(HELLO))
      expect(response.status).toBe(415)
      expect(await errorOf(response)).toMatchObject({ code: 'unsupported_media_type', message: expect.stringContaining('gzip, deflate, br or zstd') })
    },
  )
})

describe('a bomb', () => {
  /** Much more than may come out of it. */
  const zeros = Buffer.alloc(50_000_000)

  it.each<[string, Buffer]>([
    ['gzip', gzipSync(zeros)],
    ['deflate', deflateSync(zeros)],
    ['deflate', deflateRawSync(zeros)],
    ['br', brotliCompressSync(zeros)],
    ['gzip, gzip', gzipSync(gzipSync(zeros))],
    // A gigabyte of the same byte, in blocks of 128 kB that hold it once.
    ['zstd', frame({ windowLog: 21 }, 8000, repeated(131_072))],
    ['zstd', frame({ size: 60_000_000 }, 460, repeated(131_072))],
    ['zstd', Buffer.concat([STREAMED, frame({ size: 99_999 }, 1, repeated(99_999))])],
  ])('is stopped at the limit: %s', async (encoding, body) => {
    const response = await send(testApp({ maxBodyBytes: 100_000 }), encoding, body)
    expect(response.status).toBe(413)
    expect((await errorOf(response)).code).toBe('request_too_large')
  })

  it.each<[string, Buffer]>([
    ['by its window', frame({ windowLog: 31 }, 1, repeated(1))],
    ['by windows that are small, but many', Buffer.concat(Array.from({ length: 500 }, () => frame({ windowLog: 23 }, 1, repeated(1))))],
    ['by its blocks', frame({ windowLog: 10 }, 150_000, repeated(1))],
    ['by its frames', Buffer.concat(Array.from({ length: 60_000 }, () => frame({ size: 0 }, 1, repeated(0))))],
    ['by a dictionary', Buffer.from([0x28, 0xb5, 0x2f, 0xfd, 0x01, 0x58, 7, 1, 0, 0])],
  ])('of memory or time is refused: %s', async (_how, body) => {
    const response = await send(testApp({ maxBodyBytes: 1_000_000 }), 'zstd', body)
    expect(response.status).toBe(400)
    expect((await errorOf(response)).code).toBe('invalid_encoding')
  })

  it('is stopped by its own size as well', async () => {
    const response = await send(
      testApp({ maxBodyBytes: 1_000 }),
      'gzip',
      gzipSync(Buffer.from(Array.from({ length: 5_000 }, (_, index) => (index * 7919) % 251))),
    )
    expect(response.status).toBe(413)
  })
})

/** A frame of equal blocks: https://www.rfc-editor.org/rfc/rfc8878#section-3.1.1 */
function frame({ windowLog, size }: { windowLog?: number; size?: number }, blocks: number, block: (last: boolean) => Buffer): Buffer {
  const header = windowLog === undefined ? Buffer.from([0xa0, 0, 0, 0, 0]) : Buffer.from([0x00, (windowLog - 10) << 3])
  if (size !== undefined) header.writeUInt32LE(size, 1)
  return Buffer.concat([Buffer.from([0x28, 0xb5, 0x2f, 0xfd]), header, ...Array.from({ length: blocks }, (_, index) => block(index === blocks - 1))])
}

/** A block of one byte so many times. */
function repeated(size: number): (last: boolean) => Buffer {
  return (last) => {
    const block = Buffer.alloc(4)
    block.writeUIntLE((size << 3) | 2 | Number(last), 0, 3)
    return block
  }
}

function skippable(length: number): Buffer {
  const head = Buffer.alloc(8)
  head.writeUInt32LE(0x184d2a51, 0)
  head.writeUInt32LE(length, 4)
  return Buffer.concat([head, Buffer.alloc(length)])
}
