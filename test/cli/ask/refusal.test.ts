import { expect, test } from 'vitest'
import { asksForDemo } from '../../../src/cli/ask/demo-guard.ts'
import { readEvents } from '../../../src/cli/daemon/answer-stream.ts'
import { refusal } from '../../../src/cli/daemon/refusal.ts'

const ownProviders = ['vllm']
const body = { error: { message: 'Bad credentials', code: 'invalid_api_key' } }

test.each([
  [undefined, 'set OPENCODE_BRIDGE_API_KEY to a key of the daemon'],
  ['github-copilot/gpt-5-mini', 'github-copilot refused the login of opencode: run `opencode auth login`'],
  ['vllm/qwen', 'correct it in [provider.vllm] of the configuration'],
])('a 401 of %s says what to do about it', (model, hint) => {
  const error = refusal(401, body, { model, ownProviders })
  expect(error.message).toBe('Bad credentials')
  expect(error.hint).toContain(hint)
  if (model !== undefined) expect(error.hint).not.toContain('OPENCODE_BRIDGE_API_KEY')
})

test('other errors have no such hint, but for files that the daemon may not fetch', () => {
  expect(refusal(403, body, { model: 'a/one', ownProviders }).hint).toBeUndefined()
  expect(refusal(502, undefined, { ownProviders }).message).toBe('the daemon answered with status 502')
  const notFetched = { error: { message: 'start the bridge with allowRemoteFiles.', code: 'unsupported_value' } }
  expect(refusal(400, notFetched, { model: 'a/one', ownProviders }).hint).toContain('set allowRemoteFiles')
})

/** What is read of a stream, and what its listener heard. */
async function read(text: string) {
  const news: string[] = []
  const toError = (error: unknown, status: number | undefined) => refusal(status, error, { model: 'openai/gpt-5', ownProviders })
  const pieces = readEvents(new Response(text).body!, { onNews: (line) => news.push(line), toError })
  const texts: string[] = []
  for (;;) {
    const { value, done } = await pieces.next()
    if (done) return { end: value, text: texts.join(''), news }
    texts.push(value)
  }
}

test('retries and other models are news, other comments are not', async () => {
  const chunk = 'data: {"choices":[{"delta":{"content":"Hi"},"finish_reason":"stop"}]}\n\ndata: {"choices":[],"usage":{"prompt_tokens":1}}\n\n'
  const comments = ': keep-alive\n: retry 1 in 2000 ms: The provider answered 429\n: retry 2 in 0 ms: Renewed.\n: fallback from a/one to b/two: 503 Down\n'
  expect(await read(comments + chunk)).toEqual({
    end: { reason: 'stop', usage: { prompt_tokens: 1 } },
    text: 'Hi',
    news: ['The provider answered 429; trying again in 2 s.', 'Renewed; trying again.', 'fallback from a/one to b/two: 503 Down'],
  })
})

test('an error in a stream has the status that the daemon told before it', async () => {
  const frame = `data: ${JSON.stringify(body)}\n\n`
  await expect(read(`: failed with status 401\n${frame}`)).rejects.toMatchObject({ hint: expect.stringContaining('openai refused the login') })
  await expect(read(frame)).rejects.toMatchObject({ message: 'Bad credentials', hint: undefined })
})

test.each([
  [undefined, {}, ['a/one'], false],
  ['gpt-4.1', {}, ['a/one'], false],
  ['demo/echo', {}, [], true],
  ['mine', { mine: ['a/one', 'demo/echo'] }, [], true],
  [undefined, {}, ['demo/echo'], true],
])('whether %j asks for the demo model, with aliases %j and defaults %j: %j', (model, aliases, defaultModels, expected) => {
  expect(asksForDemo(model, { aliases, defaultModels })).toBe(expected)
})
