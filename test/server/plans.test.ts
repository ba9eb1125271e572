import { expect, test } from 'vitest'
import { digestOf, ManagedKeys } from '../../src/access/managed-keys.ts'
import { renderPlans } from '../../src/cli/terminal/plans-text.ts'
import { createCalendar } from '../../src/core/calendar.ts'
import { BridgeError } from '../../src/core/errors.ts'
import type { Books } from '../../src/records/ledger/books.ts'
import type { PlanReport } from '../../src/server/plan-routes.ts'
import { sqlDatabase } from '../../src/storage/sql/database.ts'
import { sqlLedgerStore } from '../../src/storage/sql/ledger-store.ts'
import { startSqlite } from '../storage/sql/databases.ts'
import { ledgerRow } from '../storage/sql/ledger-row.ts'
import { hello, testApp } from './test-app.ts'

const dayOf = createCalendar('UTC')
const now = Date.now()
const plans = {
  limits: { 'github-copilot': { costPerDay: '3', minInterval: 2000 } },
  quotas: {
    'github-copilot': async () => ({
      plan: 'pro',
      resetsAt: '2026-12-01',
      quotas: [{ name: 'premium', unlimited: false, entitlement: 300, remaining: 120, percentRemaining: 40 }],
    }),
    nobody: async () => undefined,
  },
}

test('GET /v1/usage/plans has the books, the limits, and what providers say, for whoever runs the daemon', async () => {
  const server = await startSqlite()
  const database = sqlDatabase({ url: server.url })
  const store = sqlLedgerStore(database)
  const books: Books = { store, dayOf, status: () => ({ written: 0, pending: 0, lost: 0 }) }
  const copilot = { provider: 'github-copilot', model: 'github-copilot/x', billing: 'subscription', day: dayOf(now), time: now }
  await store.append([
    ledgerRow({ id: '1', ...copilot, cost: 1_500_000_000_000n }),
    ledgerRow({ id: '2', ...copilot, cost: 123_000_000n }),
    ledgerRow({ id: '3', provider: 'metered', model: 'metered/x', billing: 'metered', day: dayOf(now), time: now }),
  ])
  const keys = new ManagedKeys({ load: async () => [{ name: 'ci', digest: digestOf('ocb_1') }], log: { warn() {}, info() {} } })
  const app = testApp({ managedKeys: true, apiKeys: ['of-the-operator'] }, undefined, books, keys, { plans })
  app.engine.script = () => {
    throw new BridgeError('No.', {
      code: 'rate_limit_exceeded',
      status: 429,
      answer: { headers: { 'x-codex-primary-used-percent': '91', 'x-other': '1', 'anthropic-ratelimit-unified-5h-utilization': '0.5' } },
    })
  }
  const headers = { authorization: 'Bearer of-the-operator' }
  await (await app.chat(hello, { headers })).text()
  const { data } = (await (await app.get('/v1/usage/plans', headers)).json()) as { data: PlanReport[] }
  expect(data).toEqual([
    {
      provider: 'github-copilot',
      today: { requests: 2, cost: '1.500123', credits: '150.0123', cost_complete: true },
      month: expect.objectContaining({ requests: 2 }),
      limits: { costPerDay: '3', minInterval: 2000 },
      windows: null,
      told: expect.objectContaining({ plan: 'pro' }),
    },
    {
      provider: 'openai',
      today: { requests: 0, cost: '0', credits: '0', cost_complete: true },
      month: expect.anything(),
      limits: null,
      windows: { at: expect.any(Number), headers: { 'x-codex-primary-used-percent': '91', 'anthropic-ratelimit-unified-5h-utilization': '0.5' } },
      told: null,
    },
  ])
  expect((await app.get('/v1/usage/plans', { authorization: 'Bearer ocb_1' })).status).toBe(403)
  const text = renderPlans(data, data[1]!.windows!.at + 5000)
  expect(text).toContain('1.50 of 3 (50 %) USD, 150.01 credits, 2 requests')
  expect(text).toContain('premium: 120 of 300 left (40 %), whole again 2026-12-01')
  expect(text).toMatch(/x-codex-primary-used-percent +91 \(5/)
  await database.close()
  await server.stop()
})

test('without plans it says so, and what GitHub does not say', async () => {
  expect(renderPlans([], 0)).toContain('No plan')
  const failing = { limits: {}, quotas: { 'github-copilot': async () => Promise.reject(new Error('GitHub answered 401')) } }
  const app = testApp({}, undefined, undefined, undefined, { plans: failing })
  const { data } = (await (await app.get('/v1/usage/plans')).json()) as { data: PlanReport[] }
  expect(data).toMatchObject([{ provider: 'github-copilot', today: null, told: { error: 'GitHub answered 401' } }])
  expect(renderPlans(data, 0)).toContain('as GitHub says  unknown: GitHub answered 401')
})
