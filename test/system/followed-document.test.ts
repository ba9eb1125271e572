import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { createTokenCheck } from '../../src/access/tokens.ts'
import { followDocument } from '../../src/system/followed-document.ts'
import { outboundFetch } from '../../src/system/outbound-fetch.ts'
import { type CountingProxy, startCountingProxy } from '../support/counting-proxy.ts'

let folder: string
let proxy: CountingProxy
const warn = vi.fn<(message: string) => void>()
beforeEach(async () => {
  warn.mockClear()
  folder = mkdtempSync(join(tmpdir(), 'ocb-document-'))
  proxy = await startCountingProxy()
})
afterEach(async () => {
  rmSync(folder, { recursive: true, force: true })
  await proxy.close()
})

const follow = (url: string) =>
  followDocument({
    what: 'The list (aSetting)',
    url,
    parse: (json) => (json as { a: number }).a,
    fetch: outboundFetch({ HTTP_PROXY: proxy.url }),
    log: { warn },
  })

test('a path and the URL of a file are read', async () => {
  const path = join(folder, 'list.json')
  writeFileSync(path, '{"a":1}')
  for (const url of [path, pathToFileURL(path).href]) {
    const document = follow(url)
    await expect.poll(() => document.current()).toBe(1)
    document.close()
  }
})

test('one that cannot be read is told of by its setting', async () => {
  const document = follow(join(folder, 'none.json'))
  await expect.poll(() => warn.mock.calls).toEqual([[expect.stringContaining('The list (aSetting) cannot be read: ENOENT')]])
  expect(document.current()).toBeUndefined()
  document.close()
})

test('one outside is asked for through the proxy, and so are the keys of tokens', async () => {
  const document = follow('http://lists.example/list.json')
  await expect.poll(() => proxy.asked).toContain('http://lists.example/list.json')
  document.close()
  const check = createTokenCheck({ jwksUrl: 'http://issuer.example/keys' }, outboundFetch({ HTTP_PROXY: proxy.url }))!
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url')
  expect(await check(`${part({ alg: 'RS256', kid: 'k' })}.${part({ exp: 9_999_999_999 })}.AA`)).toBeUndefined()
  expect(proxy.asked).toContain('http://issuer.example/keys')
})
