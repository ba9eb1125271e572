import { PassThrough } from 'node:stream'
import { expect, test } from 'vitest'
import { createLog } from '../../../src/cli/terminal/log.ts'
import { requestLog } from '../../../src/records/log/request-log.ts'
import type { PriceBook } from '../../../src/records/pricing/price-book.ts'
import type { RequestRecord } from '../../../src/records/record.ts'
import { aRecord, anAttempt, usage } from '../a-record.ts'

const prices: PriceBook = ({ model }) =>
  model === 'p/unpriced' ? undefined : { rates: { input: 10n ** 12n, output: 10n ** 13n }, tiers: [], source: 'catalogue', billing: 'metered' }

function written(record: RequestRecord, format: 'text' | 'json'): string {
  const stream = new PassThrough()
  requestLog(createLog('info', { stream: stream as unknown as NodeJS.WriteStream, format }), { format, prices }).record(record)
  return [...iterate(stream)].join('')
}

const text = (record: RequestRecord) => written(record, 'text').replace(/^\S+ /, '')

test('a line has time, model, status, tokens and cost', () => {
  const record = aRecord({ model: 'p/m', lane: 'verbatim', usage: { ...usage, cachedInput: 4, reasoning: 1 } })
  expect(written(record, 'text')).toMatch(/^\d{4}-\d\d-\d\dT[\d:.]+Z \[info\] POST/)
  expect(text(record)).toBe(
    '[info] POST /v1/chat/completions 200  p/m  verbatim  10 in (4 cached), 2 out (1 thought)  $0.000030  9 ms  first token 5 ms  req\n',
  )
})

test.each([
  ['cut off', { usage: { ...usage, status: 'partial' }, outcome: { type: 'cancelled' } }, '200  cancelled  10 in, 2 out or more  $0.000030  9 ms'],
  [
    'that told nothing',
    { usage: { ...usage, input: 0, output: 0, status: 'none' }, attempts: [anAttempt({ model: 'p/unpriced' })] },
    '200  - tokens  $-  9 ms',
  ],
  ['that asked no model', { attempts: [], outcome: { type: 'error', code: 'invalid_api_key', status: 401 } }, '200  failed  invalid_api_key  9 ms'],
] as [string, Partial<RequestRecord>, string][])('one %s says so', (_what, some, line) => {
  expect(text(aRecord({ times: { total: 9 }, ...some }))).toContain(`POST /v1/chat/completions ${line}  req\n`)
})

test('as JSON it has what the ledger has, by the same names', () => {
  const failed = anAttempt({ model: 'p/other', error: { code: 'upstream_error', status: 502 }, retries: 1, calls: 0 })
  const trace = { traceId: 'a'.repeat(32), spanId: 'b'.repeat(16), sampled: true }
  const line = written(aRecord({ model: 'p/m', provider: 'p', attempts: [failed, anAttempt()], trace, userAgent: 'curl/8' }), 'json')
  expect(line.split('\n')).toEqual([line.trim(), ''])
  expect(JSON.parse(line)).toEqual({
    time: expect.stringMatching(/Z$/),
    level: 'info',
    message: expect.stringContaining('$0.000030'),
    request_id: 'req',
    trace_id: 'a'.repeat(32),
    method: 'POST',
    path: '/v1/chat/completions',
    route: '/v1/chat/completions',
    status: 200,
    outcome: 'finished',
    client: 'key:a',
    key: 'ci',
    user_agent: 'curl/8',
    format: 'chat-completions',
    streamed: true,
    model_asked: 'm',
    model: 'p/m',
    provider: 'p',
    before: [{ model: 'p/other', status: 502, error: 'upstream_error' }],
    calls: 1,
    retries: 1,
    input_tokens: 10,
    cached_input_tokens: 0,
    cache_write_tokens: 0,
    output_tokens: 2,
    reasoning_tokens: 0,
    usage_status: 'reported',
    cost: '0.00003',
    first_token_ms: 5,
    duration_ms: 9,
  })
})

test('what else is logged is a message in it', () => {
  const stream = new PassThrough()
  const log = createLog('info', { stream: stream as unknown as NodeJS.WriteStream, format: 'json' })
  log.warn('two\nlines')
  log.error(new Error('broken'))
  const [one, other] = [...iterate(stream)].join('').trim().split('\n')
  expect(JSON.parse(one!)).toEqual({ time: expect.any(String), level: 'warn', message: 'two\nlines' })
  expect(JSON.parse(other!)).toMatchObject({ level: 'error', message: expect.stringMatching(/^Error: broken\n +at /) })
})

/** Node 26 gives each piece that was written by itself. */
function* iterate(stream: PassThrough): Generator<string> {
  for (let piece = stream.read() as Buffer | null; piece !== null; piece = stream.read()) yield piece.toString()
}
