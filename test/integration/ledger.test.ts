import { execFileSync } from 'node:child_process'
import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Bridge, startBridge } from '../support/bridge.ts'
import { type OtlpReceiver, startOtlpReceiver } from '../support/otlp-receiver.ts'
import { makeFolder } from '../support/place.ts'
import { hasPromtool, startPrometheus } from '../support/prometheus.ts'
import { say, USAGE } from '../support/upstream.ts'

const folder = makeFolder('books-')
let bridge: Bridge
let receiver: OtlpReceiver

beforeAll(async () => {
  receiver = await startOtlpReceiver()
  bridge = await startBridge({
    config: {
      engine: 'serve',
      otlpEndpoint: receiver.url,
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
  await receiver.close()
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

test('what was asked is a span in the trace of its client, and a line of the log with tokens and cost', async () => {
  bridge.upstream.answer(say('ok'))
  const traceparent = '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01'
  const messages = [{ role: 'user', content: 'a secret of mine' }]
  const answer = await bridge.chat({ messages }, { headers: { 'content-type': 'application/json', traceparent } })
  await answer.text()
  const span = () => receiver.spans.find(({ traceId }) => traceparent.includes(traceId))
  await expect.poll(span).toBeDefined()
  expect(span()).toMatchObject({
    name: 'chat test/model',
    parentSpanId: '00f067aa0ba902b7',
    attributes: { 'gen_ai.usage.input_tokens': USAGE.prompt_tokens, 'opencode_bridge.request.id': answer.headers.get('x-request-id') },
  })
  expect(JSON.stringify(receiver.spans)).not.toContain('secret')
  const line = bridge.logged.find((text) => text.includes(answer.headers.get('x-request-id')!))
  expect(line).toMatch(new RegExp(`200  test/model  \\w+  ${USAGE.prompt_tokens} in .*, ${USAGE.completion_tokens} out .*\\$0\\.0\\d+  [\\d.]+ ms`))
})

test.skipIf(!hasPromtool)('a real Prometheus scrapes it, and promtool finds nothing to say', async () => {
  const text = await (await fetch(`${bridge.url}/metrics`)).text()
  expect(execFileSync('promtool', ['check', 'metrics'], { input: text, encoding: 'utf8', stdio: 'pipe' })).toBe('')
  const prometheus = await startPrometheus(bridge.url, 'any')
  try {
    const requests = `sum(gen_ai_server_request_duration_seconds_count{gen_ai_response_model="test/model"})`
    await expect.poll(() => prometheus.query(requests)).toHaveLength(1)
    expect(Number((await prometheus.query(requests))[0]!.value[1])).toBe(bridge.records.filter(({ attempts }) => attempts.length > 0).length)
    const [cost] = await prometheus.query('opencode_bridge_cost_dollars_total')
    expect(Number(cost!.value[1])).toBeGreaterThan(0)
    expect(await prometheus.query('opencode_bridge_processes{state="idle"} >= 0')).toHaveLength(1)
    expect(Number((await prometheus.query('opencode_bridge_process_start_duration_seconds_count{stage="ready"}'))[0]!.value[1])).toBeGreaterThan(0)
  } finally {
    await prometheus.stop()
  }
})
