import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { BridgeError } from '../../src/core/errors.ts'
import type { RequestRecord } from '../../src/records/record.ts'
import { Recorder } from '../../src/records/recorder.ts'

const arrival = { requestId: 'r', method: 'POST', path: '/v1/chat/completions' }
const model = { id: 'test/model', provider: 'test' }
const usage = { input: 10, output: 4, cachedInput: 3, cacheWrites: 0, reasoning: 1 }

let records: RequestRecord[]
let recorder: Recorder

beforeEach(() => {
  vi.useFakeTimers()
  records = []
  recorder = new Recorder({ sinks: [{ record: (record) => void records.push(record) }], onFault: (error) => expect.unreachable(String(error)) })
})
afterEach(() => vi.useRealTimers())

describe('a request becomes one record', () => {
  it('whatever ends it more than once, and the first end counts', () => {
    const open = recorder.begin(arrival)
    open.finish()
    open.fail(new BridgeError('No.', { code: 'upstream_error', status: 502 }))
    open.end(false)
    open.end(true)
    expect(records).toHaveLength(1)
    expect(records[0]).toMatchObject({ outcome: { type: 'finished' }, attempts: [], usage: { input: 0, status: 'reported' } })
  })

  it('that waits for what a call has used', () => {
    const open = recorder.begin(arrival)
    const call = open.attempt(model).call()
    open.end(false)
    expect(records).toEqual([])
    call.tell(usage)
    call.end()
    expect(records[0]).toMatchObject({ usage: { ...usage, status: 'partial' }, outcome: { type: 'cancelled' } })
  })

  it('but not for ever', () => {
    const open = recorder.begin(arrival)
    const call = open.attempt(model).call()
    open.end(false)
    vi.advanceTimersByTime(5000)
    call.end()
    expect(records).toHaveLength(1)
    expect(records[0]!.usage.status).toBe('none')
  })

  it.each([
    ['cancelled', 499, { type: 'cancelled' }],
    ['timeout', 504, { type: 'timeout', code: 'timeout', status: 504 }],
    ['upload_timeout', 408, { type: 'timeout', code: 'upload_timeout', status: 408 }],
    ['rate_limit_exceeded', 429, { type: 'error', code: 'rate_limit_exceeded', status: 429 }],
  ])('that says of %s how it ended', (code, status, outcome) => {
    const open = recorder.begin(arrival)
    open.fail({ code, status })
    open.end(true)
    expect(records[0]!.outcome).toEqual(outcome)
  })
})

it.each([
  ['all that was asked told', ['finish', 'finish'], 'reported', 20],
  ['a refusal costs nothing', ['refuse', 'finish'], 'reported', 10],
  ['one was ended', ['finish', 'end'], 'partial', 20],
  ['one told nothing', ['finish', 'silent'], 'partial', 10],
  ['none told anything', ['silent', 'silent'], 'none', 0],
] as const)('usage: %s', (_what, ends, status, input) => {
  const open = recorder.begin(arrival)
  const attempt = open.attempt(model)
  for (const end of ends) {
    const call = attempt.call()
    if (end === 'finish' || end === 'end') call.tell(usage)
    if (end === 'silent') call.finish(undefined)
    else call[end]()
  }
  open.end(true)
  expect(records[0]!.usage).toMatchObject({ status, input })
  expect(records[0]!.attempts[0]!.calls).toBe(2)
})

it('a sink that throws keeps it from no other', () => {
  const heard: unknown[] = []
  const broken = {
    record: () => {
      throw new Error('full')
    },
  }
  const two = new Recorder({ sinks: [broken, { record: (record) => void records.push(record) }], onFault: (error) => heard.push(error) })
  two.begin(arrival).end(true)
  expect(records).toHaveLength(1)
  expect(heard).toEqual([new Error('full')])
})
