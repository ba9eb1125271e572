import { expect, test } from 'vitest'
import { redactFetch } from '../../src/plugin/redacted-fetch.ts'

/** What leaves the process. */
const left: { input: unknown; init: RequestInit | undefined }[] = []
const fetch = redactFetch(
  async (input, init) => {
    left.push({ input, init })
    return new Response()
  },
  [{ pattern: String.raw`\d{16}`, replacement: '#' }],
)

test('a JSON body leaves without what the rules find', async () => {
  await fetch('https://provider.example', {
    method: 'POST',
    headers: { 'content-length': '99', a: 'b' },
    body: '{"messages":[{"content":"4111111111111111"}]}',
  })
  const { init } = left.pop()!
  expect(init).toMatchObject({ method: 'POST', body: '{"messages":[{"content":"#"}]}' })
  expect(Object.fromEntries(new Headers(init!.headers))).toEqual({ a: 'b' })
})

test.each([
  ['a body in which nothing is found', { body: '{ "messages": [] }' }],
  ['what is no JSON', { body: '4111111111111111' }],
  ['no body', undefined],
])('%s is left as it is', async (_what, init) => {
  await fetch('https://provider.example', init)
  expect(left.pop()!.init).toBe(init)
})
