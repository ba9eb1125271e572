import { expect, test } from 'vitest'
import { createMetrics } from '../../src/records/metrics/metrics.ts'
import { errorOf, hello, testApp } from './test-app.ts'

test('GET /metrics tells what came of requests, to those who have a key', async () => {
  const metrics = createMetrics({ isKnown: () => true, prices: () => undefined })
  const { app, chat, get } = testApp({ apiKeys: ['a-key-of-mine'] }, undefined, undefined, undefined, { metrics, sinks: [metrics.sink] })
  const authorization = { authorization: 'Bearer a-key-of-mine' }
  const refused = await get('/metrics')
  expect(refused.status).toBe(401)
  await refused.text()
  await (await chat(hello, { headers: authorization })).text()
  const answer = await get('/metrics', authorization)
  expect(answer.headers.get('content-type')).toBe('text/plain; version=0.0.4; charset=utf-8')
  const text = await answer.text()
  expect(text).toContain('opencode_bridge_requests_total{format="chat-completions",lane="session",engine="run",outcome="finished"} 1')
  expect(text).toContain('opencode_bridge_refusals_total{kind="invalid_api_key"} 1')
  expect(text).not.toContain('ledger_up 0')
  expect(text).toContain('opencode_bridge_process_exits_total{reason="used"} 0')
  expect((await app.request('/metrics', { method: 'HEAD', headers: authorization })).status).toBe(200)
})

test('where they are switched off there are none', async () => {
  const answer = await testApp().get('/metrics')
  expect(answer.status).toBe(404)
  expect((await errorOf(answer)).message).toBe('This daemon offers no metrics (metrics).')
})
