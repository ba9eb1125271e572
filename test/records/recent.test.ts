import { expect, test } from 'vitest'
import { RecentRecords } from '../../src/records/recent.ts'
import type { RequestRecord } from '../../src/records/record.ts'

const record = (requestId: string, more: Partial<RequestRecord> = {}): RequestRecord => ({
  requestId,
  startedAt: 1,
  method: 'POST',
  path: '/v1/chat/completions',
  format: 'chat-completions',
  status: 200,
  streamed: false,
  usage: { input: 0, output: 0, cachedInput: 0, cacheWrites: 0, reasoning: 0, status: 'reported' },
  attempts: [],
  times: { total: 1 },
  outcome: { type: 'finished' },
  ...more,
})

const failed = { type: 'error', code: 'upstream_error', status: 502 } as const

test('the last requests for an answer can be found, and what failed', () => {
  const recent = new RecentRecords()
  recent.record(record('a', { path: `/${'x'.repeat(5000)}` }))
  recent.record(record('b', { outcome: failed }))
  expect(recent.find('a')!.path.length).toBeLessThan(300)
  expect(recent.faults().map(({ requestId }) => requestId)).toEqual(['b'])
  for (let number = 0; number < 1000; number++) recent.record(record(String(number), { outcome: failed }))
  expect(recent.find('a')).toBeUndefined()
  expect(recent.find('999')).toBeDefined()
  expect(recent.faults()).toHaveLength(30)
  expect(recent.faults()[0]!.requestId).toBe('999')
})

test('listings and strangers’ guesses are no news, defects are', () => {
  const recent = new RecentRecords()
  const other = { method: 'GET', path: '/favicon.ico' }
  const { format: _, ...listing } = record('a', other)
  recent.record(listing)
  recent.record({ ...listing, outcome: { type: 'error', code: 'unknown_url', status: 404 } })
  expect(recent.find('a')).toBeUndefined()
  recent.record({ ...listing, outcome: { type: 'error', code: 'internal_error', status: 500 } })
  expect(recent.faults()).toHaveLength(1)
})
