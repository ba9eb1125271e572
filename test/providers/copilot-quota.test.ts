import { once } from 'node:events'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { createCopilotQuota } from '../../src/providers/copilot-quota.ts'
import { readCopilotLogin } from '../../src/providers/credentials/copilot-login.ts'

const USER = {
  login: 'ada',
  copilot_plan: 'individual_pro',
  quota_reset_date: '2026-12-01',
  quota_snapshots: {
    chat: { unlimited: true, entitlement: 0, remaining: 0 },
    premium_interactions: { unlimited: false, entitlement: 300, remaining: 243.5, percent_remaining: 81.2 },
    odd: 7,
  },
}

let server: Server
let url: string
let answer: { status: number; body: unknown; location?: string }
const asked: string[] = []

beforeAll(async () => {
  server = createServer((request, response) => {
    asked.push(`${request.url} ${request.headers.authorization}`)
    response.writeHead(answer.status, answer.location === undefined ? {} : { location: answer.location }).end(JSON.stringify(answer.body))
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
})
afterAll(() => {
  server.closeAllConnections()
  server.close()
})
beforeEach(() => {
  answer = { status: 200, body: USER }
  asked.length = 0
})

const env = (logins: unknown) => ({ OPENCODE_AUTH_CONTENT: JSON.stringify(logins), HOME: '/nowhere' })
const login = { type: 'oauth', refresh: 'gho_secret', access: '', expires: 0 }

test('GitHub’s own figure is asked for with opencode’s login, and not again for a while', async () => {
  const clock = { now: 0 }
  const quota = createCopilotQuota({ env: env({ 'github-copilot': login }), urlOf: () => url, now: () => clock.now })
  expect(await quota()).toEqual({
    plan: 'individual_pro',
    resetsAt: '2026-12-01',
    quotas: [
      { name: 'chat', unlimited: true, entitlement: 0, remaining: 0 },
      { name: 'premium_interactions', unlimited: false, entitlement: 300, remaining: 243.5, percentRemaining: 81.2 },
    ],
  })
  await quota()
  expect(asked).toEqual(['/copilot_internal/user token gho_secret'])
  clock.now = 5 * 60_000
  await quota()
  expect(asked).toHaveLength(2)
})

test.each([
  [{ status: 401, body: {} }, 'GitHub answered 401'],
  [{ status: 200, body: {} }, 'GitHub named no quotas'],
  [{ status: 302, body: {}, location: 'http://127.0.0.1:1/' }, 'fetch failed'],
])('%j is told of without the token', async (given, message) => {
  answer = given
  const error = await createCopilotQuota({ env: env({ 'github-copilot': login }), urlOf: () => url })().catch((thrown: Error) => thrown)
  expect(error).toMatchObject({ message })
  expect(String(error)).not.toContain('gho_')
})

test('without a login nobody is asked', async () => {
  for (const logins of [{}, [], null, { 'github-copilot': { type: 'api', key: 'k' } }])
    expect(await createCopilotQuota({ env: env(logins), urlOf: () => url })()).toBeUndefined()
  expect(await createCopilotQuota({ env: { HOME: '/nowhere' }, urlOf: () => url })()).toBeUndefined()
  expect(asked).toEqual([])
})

test('the login of an Enterprise names its host, and nothing else that could', async () => {
  const hostOf = async (enterpriseUrl: string) => (await readCopilotLogin(env({ 'github-copilot': { ...login, enterpriseUrl } })))?.host
  expect(await hostOf('https://ghe.example.com/')).toBe('ghe.example.com')
  expect(await hostOf('ghe.example.com')).toBe('ghe.example.com')
  expect(await hostOf('evil.test/?x=')).toBeUndefined()
})
