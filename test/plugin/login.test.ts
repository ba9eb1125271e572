import { describe, expect, test } from 'vitest'
import { DryCalls } from '../../src/plugin/dry-calls.ts'
import { repeatThroughLogin } from '../../src/plugin/login.ts'

/** How a call is found that a login turns into the one that opencode made. */

type Fetch = typeof globalThis.fetch

const BODY = '{"messages":[]}'
const dry = new DryCalls()

/** The process's wrapped `fetch`, which ends dry calls; any other is a mistake here. */
const network: Fetch = async (input, init) => {
  const headers = new Headers(init?.headers)
  const mark = headers.get('x-opencode-bridge-request')
  headers.delete('x-opencode-bridge-request')
  const answer = dry.take(mark, { url: String(input), headers, body: init?.body })
  if (!answer) throw new Error('a call left the process')
  return answer
}

const headersOf = (init?: RequestInit) => Object.fromEntries(new Headers(init?.headers))

/** As GitHub Copilot's login: headers of its own, and one that it makes from the body unless it is there. */
const copilot: Fetch = (input, init) =>
  network(input, { ...init, headers: { 'x-initiator': 'user', ...headersOf(init), 'user-agent': 'opencode', authorization: 'Bearer gho_1' } })

/** As ChatGPT's: another address, and no key of the caller's. */
const chatgpt: Fetch = (input, init) => {
  const { authorization: _key, ...headers } = headersOf(init)
  const url = String(input).includes('/v1/responses') ? 'https://chatgpt.test/backend-api/codex/responses' : String(input)
  const own: Record<string, string> = { authorization: 'Bearer access', 'chatgpt-account-id': 'acc' }
  if (url !== String(input)) own['x-residency'] = 'eu'
  return network(url, { ...init, headers: { ...headers, ...own } })
}

/** What opencode's own call looked like when it left. */
async function seen(login: Fetch, url: string, headers: Record<string, string>) {
  const mark = dry.expect()
  await login(url, { method: 'POST', headers: { ...headers, 'content-type': 'application/json', 'x-opencode-bridge-request': mark }, body: BODY })
  return dry.finish(mark)!
}

test('without a login the call is repeated as it was', async () => {
  const call = await seen(network, 'https://api.test/v1/messages', { 'x-api-key': 'k', 'anthropic-version': '2023-06-01' })
  const repeated = await repeatThroughLogin({ call, login: undefined, bases: [], dry })
  expect(repeated).toMatchObject({ url: 'https://api.test/v1/messages', loginHeaders: [] })
  expect(Object.fromEntries(repeated.headers)).toEqual({ 'x-api-key': 'k', 'anthropic-version': '2023-06-01' })
})

describe('with a login', () => {
  test('what it adds is left to it', async () => {
    const call = await seen(copilot, 'https://copilot.test/chat/completions', { 'x-interaction-id': 'ses_1' })
    const repeated = await repeatThroughLogin({ call, login: copilot, bases: ['https://copilot.test'], dry })
    expect(repeated.loginHeaders.toSorted()).toEqual(['authorization', 'user-agent', 'x-initiator'])
    expect(repeated.headers).toEqual([['x-interaction-id', 'ses_1']])
    expect(repeated.login).toEqual({ fetch: copilot, passesOn: true })
  })

  test('what both have is told apart', async () => {
    const both: Fetch = (input, init) =>
      network(input, { ...init, headers: { ...headersOf(init), 'user-agent': [headersOf(init)['user-agent'], 'login'].filter(Boolean).join(', ') } })
    const call = await seen(both, 'https://api.test/v1/responses', { 'user-agent': 'sdk/1' })
    expect(call.headers.get('user-agent')).toBe('sdk/1, login')
    const repeated = await repeatThroughLogin({ call, login: both, bases: ['https://api.test/v1'], dry })
    expect(repeated.headers).toEqual([['user-agent', 'sdk/1']])
  })

  test('the address is the one before it changes it', async () => {
    const call = await seen(chatgpt, 'https://api.openai.com/v1/responses', { authorization: 'Bearer dummy', 'session-id': 'ses_1' })
    expect(call.url).toBe('https://chatgpt.test/backend-api/codex/responses')
    const repeated = await repeatThroughLogin({ call, login: chatgpt, bases: [undefined], dry })
    expect(repeated.url).toBe('https://api.openai.com/v1/responses')
    expect(repeated.loginHeaders).toEqual(expect.arrayContaining(['authorization', 'chatgpt-account-id', 'x-residency']))
    expect(repeated.headers).toEqual([['session-id', 'ses_1']])
  })

  test('one that never does the same twice cannot be repeated', async () => {
    let number = 0
    const fickle: Fetch = (input, init) => network(input, { ...init, headers: { ...headersOf(init), [`x-${number++}`]: '1' } })
    const call = await seen(fickle, 'https://api.test/v1/responses', {})
    await expect(repeatThroughLogin({ call, login: fickle, bases: ['https://api.test/v1'], dry })).rejects.toThrow('cannot be repeated')
  })

  test('one that drops unknown headers is seen by the prompt’s text', async () => {
    const mark = dry.expect()
    await network('https://api.test/v1/chat/completions', { method: 'POST', body: JSON.stringify({ messages: [{ content: mark }] }) })
    expect(dry.finish(mark)?.url).toBe('https://api.test/v1/chat/completions')
  })
})
