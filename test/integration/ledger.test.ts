import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Bridge, startBridge } from '../support/bridge.ts'
import { say, USAGE } from '../support/upstream.ts'

const folder = mkdtempSync(join(tmpdir(), 'books-'))
let bridge: Bridge

beforeAll(async () => {
  bridge = await startBridge({
    config: {
      engine: 'serve',
      database: join(folder, 'ledger.db'),
      pricingOverrides: [
        {
          id: 'own',
          scope_kind: 'provider',
          provider_id: 'test',
          match_type: 'exact',
          pattern: 'model',
          pricing_patch: '{"input_cost_per_token":1.4e-07,"output_cost_per_token":2.8e-07,"cache_read_input_token_cost":2.8e-08}',
        },
      ],
    },
  })
})
afterAll(async () => {
  await bridge.close()
  rmSync(folder, { recursive: true })
})

test('the books have what the upstream has counted, and its cost to the last digit', async () => {
  const messages = [{ role: 'user', content: 'a secret of mine' }]
  bridge.upstream.answer(say('ok'))
  const answers = await Promise.all([
    bridge.chat({ messages }),
    bridge.chat({ messages, stream: true }),
    bridge.chat({ messages, n: 2 }),
    fetch(`${bridge.url}/v1/messages`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ model: 'test/model', max_tokens: 9, messages }),
    }),
  ])
  for (const answer of answers) await answer.text()
  const usage = async (): Promise<any> => (await fetch(`${bridge.url}/v1/usage?period=all&by=model`)).json()
  await expect.poll(async () => (await usage()).total.requests).toBe(4)
  const calls = bridge.upstream.calls.length
  const cached = USAGE.prompt_tokens_details.cached_tokens
  const pico = calls * ((USAGE.prompt_tokens - cached) * 140_000 + cached * 28_000 + USAGE.completion_tokens * 280_000)
  const { total, data } = await usage()
  expect(total).toMatchObject({
    input_tokens: calls * USAGE.prompt_tokens,
    cached_input_tokens: calls * cached,
    output_tokens: calls * USAGE.completion_tokens,
    cost_complete: true,
  })
  expect(Math.round(Number(total.cost) * 1e12)).toBe(pico)
  expect(data).toMatchObject([{ model: 'test/model' }])
  const rows = await (await fetch(`${bridge.url}/v1/usage/export?format=json`)).text()
  expect(rows).not.toContain('secret')
  expect(rows.trim().split('\n')).toHaveLength(4)
})
