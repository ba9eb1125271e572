import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { boundedText } from '../../../src/core/bounded-text.ts'
import { createSearch, SEARCH_KINDS } from '../../../src/search/services.ts'
import { followDocument } from '../../../src/system/followed-document.ts'
import { type EndlessServer, startEndlessServer } from '../../support/endless.ts'

let server: EndlessServer
beforeEach(async () => {
  server = await startEndlessServer()
})
afterEach(() => server.close())

/** More than any of the limits, and what the system's own buffers take. */
const MOST = 40 * 1024 * 1024

describe('what has no end is not read to it', () => {
  test('a list of prices or of models', async () => {
    const warn = vi.fn<(message: string) => void>()
    const document = followDocument({ what: 'The list (aSetting)', url: server.url, parse: (json) => json, fetch, log: { warn } })
    await expect.poll(() => warn.mock.calls, { timeout: 20_000 }).toEqual([[expect.stringContaining('The list (aSetting) cannot be read: it is longer than')]])
    await server.left
    expect(server.sent()).toBeLessThan(MOST)
    document.close()
  })

  test.each(SEARCH_KINDS)('an answer of %s', async (kind) => {
    const { search } = createSearch({ kind, url: server.url, key: 'a-key', fetch })
    await expect(search('x', {}, new AbortController().signal)).rejects.toMatchObject({ status: 502, message: 'The search failed: its answer is too long.' })
    await server.left
    expect(server.sent()).toBeLessThan(MOST)
  })
})

describe('a text within its limit', () => {
  const bytes = new TextEncoder().encode('aé🙂')
  const body = (size: number) =>
    new Blob(Array.from({ length: Math.ceil(bytes.length / size) }, (_, index) => bytes.slice(index * size, (index + 1) * size))).stream()

  test.each([1, 2, 3, 100])('is whole, whatever its pieces (%i bytes)', async (size) => {
    expect(await boundedText(body(size), bytes.length)).toBe('aé🙂')
    await expect(boundedText(body(size), bytes.length - 1)).rejects.toThrow('it is longer than 6 bytes')
  })

  test('may be none', async () => {
    expect(await boundedText(null, 0)).toBe('')
  })
})
