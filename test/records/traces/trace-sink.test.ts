import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { openConfiguredTraces } from '../../../src/daemon/open-traces.ts'
import type { PriceBook } from '../../../src/records/pricing/price-book.ts'
import { openTraces } from '../../../src/records/traces/trace-sink.ts'
import { type OtlpReceiver, startOtlpReceiver } from '../../support/otlp-receiver.ts'
import { aRecord, anAttempt, usage } from '../a-record.ts'

const prices: PriceBook = () => ({ rates: { input: 10n ** 15n, output: 10n ** 16n }, tiers: [], source: 'catalogue', billing: 'metered' })
let receiver: OtlpReceiver
beforeAll(async () => {
  receiver = await startOtlpReceiver()
})
afterAll(() => receiver.close())

test('spans arrive at a receiver, with the words of the conventions, in the trace of the client', async () => {
  const { sink, close } = await openTraces({ endpoint: `${receiver.url}/`, version: '1.2.3', prices })
  const parent = { traceId: '4bf92f3577b34da6a3ce929d0e0e4736', spanId: '00f067aa0ba902b7' }
  const failed = anAttempt({ model: 'p/first', calls: 1, error: { code: 'upstream_error', status: 502 } })
  sink.record(
    aRecord({
      trace: { ...parent, sampled: true },
      model: 'p/m',
      provider: 'google',
      lane: 'verbatim',
      engine: 'serve',
      attempts: [failed, anAttempt()],
      usage,
    }),
  )
  // The client records none of this trace.
  sink.record(aRecord({ trace: { ...parent, sampled: false } }))
  sink.record(aRecord({ model: 'p/m', provider: 'p', outcome: { type: 'error', code: 'upstream_error', status: 502 } }))
  const { format: _, ...status } = aRecord({ method: 'GET', path: '/status', attempts: [] })
  sink.record(status)
  await close()
  expect(receiver.resource).toMatchObject({ 'service.name': 'opencode-bridge', 'service.version': '1.2.3' })
  expect(receiver.spans).toHaveLength(2)
  const [one, other] = receiver.spans
  expect(one).toEqual({
    name: 'chat p/m',
    traceId: parent.traceId,
    parentSpanId: parent.spanId,
    kind: 2,
    duration: 9,
    events: expect.arrayContaining(['first token', 'fallback']),
    status: 0,
    attributes: expect.objectContaining({
      'gen_ai.operation.name': 'chat',
      'gen_ai.provider.name': 'gcp.gemini',
      'gen_ai.request.model': 'p/first',
      'gen_ai.response.model': 'p/m',
      'gen_ai.usage.input_tokens': 10,
      'gen_ai.usage.output_tokens': 2,
      'http.route': '/v1/chat/completions',
      'http.response.status_code': 200,
      'opencode_bridge.cost': 0.06,
    }),
  })
  expect(other).toMatchObject({ status: 2, attributes: { 'error.type': 'upstream_error' } })
  expect(other!.parentSpanId).toBeUndefined()
  expect(other!.traceId).not.toBe(parent.traceId)
})

test('without the packages the daemon says what to install, and runs', async () => {
  vi.doMock('@opentelemetry/sdk-trace-base', () => {
    throw Object.assign(new Error('Cannot find package'), { code: 'ERR_MODULE_NOT_FOUND' })
  })
  vi.resetModules()
  const log = { warn: vi.fn() }
  try {
    const options = { version: '1', prices, log }
    expect(await openConfiguredTraces({ config: { otlpEndpoint: undefined }, ...options })).toBeUndefined()
    expect(log.warn).not.toHaveBeenCalled()
    expect(await openConfiguredTraces({ config: { otlpEndpoint: receiver.url }, ...options })).toBeUndefined()
    expect(log.warn.mock.calls[0]![0]).toMatch(/^No traces are sent \(otlpEndpoint\): /)
  } finally {
    vi.doUnmock('@opentelemetry/sdk-trace-base')
  }
})
