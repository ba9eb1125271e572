import { execFileSync } from 'node:child_process'
import { expect, test } from 'vitest'
import { createMetrics } from '../../../src/records/metrics/metrics.ts'
import type { DaemonState } from '../../../src/records/metrics/state-metrics.ts'
import type { PriceBook } from '../../../src/records/pricing/price-book.ts'
import { hasPromtool } from '../../support/prometheus.ts'
import { aRecord, anAttempt, usage } from '../a-record.ts'

const prices: PriceBook = ({ model }) =>
  model === 'p/unpriced' ? undefined : { rates: { input: 10n ** 15n, output: 10n ** 16n }, tiers: [], source: 'catalogue', billing: 'metered' }

const STATE: DaemonState = {
  version: '1.2.3',
  startedAt: 1_764_288_000_000,
  opencode: '1.18.33',
  ready: true,
  plain: false,
  inFlight: 2,
  memory: 400,
  busy: 1,
  pool: {
    starting: 1,
    idle: 3,
    stopping: 0,
    acquired: 2,
    queued: 5,
    maxSize: 8,
    maxQueue: 64,
    counters: { created: 9, failedStarts: 1, waited: 4, rejected: 3, timedOut: 2 },
    exits: { used: 6, lost: 1 },
  },
  ledger: { written: 7, pending: 1, lost: 2, fault: 'database is locked' },
}

const metrics = () => createMetrics({ isKnown: (id) => id.startsWith('p/'), prices })
const linesOf = async (of: ReturnType<typeof metrics>, name: string) =>
  (await of.text(STATE)).split('\n').filter((line) => line.startsWith(`${name}{`) || line.startsWith(`${name} `))

const ASKED = 'gen_ai_operation_name="chat",gen_ai_provider_name="gcp.gemini",gen_ai_request_model="p/m",gen_ai_response_model="p/m"'

test('an answer is in the histograms of the conventions', async () => {
  const of = metrics()
  of.sink.record(aRecord({ attempts: [anAttempt({ provider: 'google' })], usage: { ...usage, output: 11 }, times: { queued: 2, firstToken: 50, total: 550 } }))
  const text = await of.text(STATE)
  expect(text).toContain(`gen_ai_server_request_duration_seconds_bucket{le="0.32",${ASKED}} 0`)
  expect(text).toContain(`gen_ai_server_request_duration_seconds_bucket{le="0.64",${ASKED}} 1`)
  expect(text).toContain(`gen_ai_server_time_to_first_token_seconds_sum{${ASKED}} 0.05`)
  expect(text).toContain(`gen_ai_server_time_per_output_token_seconds_bucket{le="0.05",${ASKED}} 1`)
  expect(text).toContain(`gen_ai_client_token_usage_sum{${ASKED},gen_ai_token_type="input"} 10`)
  expect(text).toContain(`gen_ai_client_token_usage_bucket{le="16",${ASKED},gen_ai_token_type="output"} 1`)
  expect(await linesOf(of, 'opencode_bridge_cost_dollars_total')).toEqual([
    'opencode_bridge_cost_dollars_total{provider="google",model="p/m",billing="metered"} 0.03',
  ])
})

test('one that failed tells why, what was tried, and what nobody knows the cost of', async () => {
  const of = metrics()
  const failed = anAttempt({ model: 'p/unpriced', retries: 2, error: { code: 'rate_limit_exceeded', status: 429 } })
  of.sink.record(aRecord({ attempts: [failed, anAttempt({ calls: 2 })], outcome: { type: 'error', code: 'upstream_error', status: 502 } }))
  of.sink.record(aRecord({ outcome: { type: 'cancelled' }, usage: { ...usage, input: 0, output: 0, status: 'none' }, times: { total: 3 } }))
  const text = await of.text(STATE)
  expect(text).toMatch(/duration_seconds_count{.*gen_ai_request_model="p\/unpriced",gen_ai_response_model="p\/m",error_type="upstream_error"} 1/)
  expect(text).toMatch(/duration_seconds_count{.*error_type="cancelled"} 1/)
  expect(text).toContain('opencode_bridge_upstream_errors_total{provider="p",code="rate_limit_exceeded"} 1')
  expect(text).toContain('opencode_bridge_upstream_errors_total{provider="p",code="upstream_error"} 1')
  expect(text).toContain('opencode_bridge_retries_total{provider="p"} 2')
  expect(text).toContain('opencode_bridge_fallbacks_total{model="p/unpriced"} 1')
  expect(text).toContain('opencode_bridge_unpriced_calls_total{provider="p",model="p/unpriced"} 1')
  expect(await linesOf(of, 'gen_ai_server_time_per_output_token_seconds_count')).toEqual([])
  expect((await linesOf(of, 'gen_ai_client_token_usage_count')).every((line) => line.endsWith(' 1'))).toBe(true)
})

test('refusals are told apart, whoever raises them', async () => {
  const of = metrics()
  of.refuse('cost_per_day')
  of.sink.record(aRecord({ attempts: [], outcome: { type: 'error', code: 'bridge_overloaded', status: 429 } }))
  const { format: _, ...other } = aRecord({ attempts: [] })
  of.sink.record({ ...other, outcome: { type: 'error', code: 'invalid_api_key', status: 401 } })
  of.sink.record(other)
  expect((await linesOf(of, 'opencode_bridge_refusals_total')).toSorted()).toEqual(
    ['bridge_overloaded', 'cost_per_day', 'invalid_api_key'].map((kind) => `opencode_bridge_refusals_total{kind="${kind}"} 1`),
  )
  expect(await linesOf(of, 'opencode_bridge_requests_total')).toEqual([
    'opencode_bridge_requests_total{format="chat-completions",lane="none",engine="none",outcome="error"} 1',
  ])
})

test('strangers cannot make as many series as they like', async () => {
  const of = metrics()
  for (let n = 0; n < 700; n++) {
    of.sink.record(aRecord({ attempts: [anAttempt({ model: `strange/${n}` })] }))
    of.sink.record(aRecord({ attempts: [anAttempt({ model: `p/${n}` })], outcome: { type: 'error', code: `own_${n}`, status: 400 } }))
  }
  const counts = await linesOf(of, 'gen_ai_server_request_duration_seconds_count')
  expect(counts.find((line) => line.includes('gen_ai_request_model="other"') && !line.includes('error_type'))).toMatch(/ 700$/)
  expect(new Set(counts.map((line) => /gen_ai_request_model="([^"]*)"/.exec(line)![1])).size).toBe(501)
  expect(new Set(counts.map((line) => /error_type="([^"]*)"/.exec(line)?.[1])).size).toBeLessThan(70)
})

test('what the daemon does is read at each scrape', async () => {
  const of = metrics()
  of.started({ hello: 900, ready: 1600 })
  await of.text({ ...STATE, inFlight: 99 })
  const text = await of.text(STATE)
  for (const line of [
    'build_info{version="1.2.3",opencode="1.18.33"} 1',
    'requests_in_flight 2',
    'processes{state="busy"} 1',
    'processes{state="idle"} 3',
    'queue_length 5',
    'process_exits_total{reason="used"} 6',
    'process_exits_total{reason="lost"} 1',
    'process_starts_total 9',
    'queue_rejections_total 3',
    'ledger_lost_rows_total 2',
    'ledger_up 0',
    'process_start_duration_seconds_bucket{le="1.5",stage="hello"} 1',
    'process_start_duration_seconds_bucket{le="1.5",stage="ready"} 0',
  ]) {
    expect(text).toContain(`opencode_bridge_${line}\n`)
  }
  expect(text).toMatch(/^process_resident_memory_bytes \d+/m)
})

test.skipIf(!hasPromtool)('promtool finds nothing to say about any of it', async () => {
  const of = metrics()
  of.refuse('x')
  of.started({ hello: 1, ready: 2 })
  const failed = anAttempt({ model: 'p/unpriced', retries: 1, error: { code: 'x', status: 500 } })
  of.sink.record(aRecord({ attempts: [failed, anAttempt()], times: { queued: 1, firstToken: 2, total: 3 } }))
  const text = await of.text(STATE)
  const names = [...text.matchAll(/^# TYPE (\S+)/gm)].map(([, name]) => name!)
  expect(names.filter((name) => !new RegExp(`^${name}[_{ ]`, 'm').test(text))).toEqual([])
  expect(execFileSync('promtool', ['check', 'metrics'], { input: text, encoding: 'utf8', stdio: ['pipe', 'pipe', 'pipe'] })).toBe('')
})
