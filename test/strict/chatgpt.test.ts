import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { altered, send, TOOLS } from '../support/strict/by-hand.ts'
import { type StrictProvider, startStrictProvider } from '../support/strict/provider.ts'

let provider: StrictProvider

beforeAll(async () => {
  provider = await startStrictProvider()
})

beforeEach(() => provider.reset())

afterAll(() => provider.close())

const CLIENT = 'app_EMoamEEZ73f0CkXaXp7hrann'
const GOOD = {
  model: 'gpt-5.5-loop',
  instructions: 'Be brief.',
  input: [{ role: 'user', content: [{ type: 'input_text', text: 'Go' }] }],
  tools: TOOLS.responses,
  store: false,
  stream: true,
  include: ['reasoning.encrypted_content'],
}

const respond = (body: object, headers: Record<string, string> = {}) => send(provider, { wire: 'chatgpt', path: '/backend-api/codex/responses', body, headers })

const refresh = (fields: Record<string, string>) =>
  fetch(`${provider.base('oauth')}/token`, { method: 'POST', body: new URLSearchParams({ grant_type: 'refresh_token', client_id: CLIENT, ...fields }) })

describe('the backend of Codex', () => {
  test('takes a good request, and answers in events', async () => {
    const { status, text } = await respond(GOOD)
    expect(status).toBe(200)
    expect(text).toMatch(/^event: response\.created\n/)
    expect(text).toContain('"encrypted_content"')
    expect(provider.violations).toEqual([])
  })

  test.each<[rule: string, change: (body: any) => void, detail: string]>([
    ['instructions', (body) => delete body.instructions, 'Instructions are required'],
    ['store', (body) => delete body.store, 'Store must be set to false'],
    ['stream', (body) => (body.stream = false), 'Stream must be set to true'],
    ['input', (body) => (body.input = 'Go'), 'Input must be a list'],
    ['system', (body) => body.input.unshift({ role: 'system', content: 'x' }), 'System messages are not allowed'],
    ['unsupported', (body) => (body.max_output_tokens = 100), 'Unsupported parameter: max_output_tokens'],
    ['model', (body) => (body.model = 'gpt-4.1-loop'), "The 'gpt-4.1-loop' model is not supported when using Codex with a ChatGPT account."],
  ])('%s', async (rule, change, detail) => {
    expect(await respond(altered(GOOD, change))).toMatchObject({ status: 400, json: { detail } })
    expect(provider.violations).toMatchObject([{ rule: `chatgpt/${rule}` }])
  })

  test('what is wrong with the items is said as in Responses', async () => {
    expect(await respond({ ...GOOD, input: [{ type: 'function_call_output', call_id: 'call_1', output: 'x' }] })).toMatchObject({
      status: 400,
      json: { error: { message: expect.stringContaining('No tool call found') } },
    })
  })

  test('wants the token and the account', async () => {
    expect(await respond(GOOD, { authorization: 'Bearer nope' })).toMatchObject({ status: 401, json: { error: { code: 'token_expired' } } })
    expect(await respond(GOOD, { 'chatgpt-account-id': 'other' })).toMatchObject({ status: 401, json: { detail: 'Unauthorized' } })
  })
})

describe('the token endpoint', () => {
  test('rotates both tokens', async () => {
    const { refreshToken, accessToken, refreshes } = provider.oauth
    provider.oauth.expire()
    expect((await respond(GOOD)).status).toBe(401)
    const answer = await refresh({ refresh_token: refreshToken })
    const { access_token, refresh_token, expires_in } = (await answer.json()) as any
    expect([access_token, refresh_token, expires_in]).toEqual([provider.oauth.accessToken, provider.oauth.refreshToken, 3600])
    expect([access_token === accessToken, refresh_token === refreshToken, provider.oauth.refreshes]).toEqual([false, false, refreshes + 1])
    expect((await respond(GOOD)).status).toBe(200)
    const claims = JSON.parse(Buffer.from(access_token.split('.')[1], 'base64url').toString())
    expect(claims['https://api.openai.com/auth'].chatgpt_account_id).toBe(provider.oauth.accountId)
  })

  test('takes a refresh token once', async () => {
    const used = provider.oauth.refreshToken
    await refresh({ refresh_token: used })
    const again = await refresh({ refresh_token: used })
    expect([again.status, await again.json()]).toMatchObject([401, { error: { code: 'refresh_token_reused' } }])
    expect((await refresh({ refresh_token: 'rt_other' })).status).toBe(401)
    expect((await refresh({ grant_type: 'password' })).status).toBe(400)
    expect((await refresh({ client_id: 'other', refresh_token: provider.oauth.refreshToken })).status).toBe(401)
  })
})
