import type { Attempt, RequestRecord } from '../../src/records/record.ts'

export const usage = { input: 10, output: 2, cachedInput: 0, cacheWrites: 0, reasoning: 0, status: 'reported' } as const

/** What came of one model, with what matters to a test. */
export const anAttempt = (some: Partial<Attempt> = {}): Attempt => ({
  model: 'p/m',
  provider: 'p',
  engine: 'serve',
  lane: 'verbatim',
  calls: 1,
  retries: 0,
  usage,
  ...some,
})

/** A request that is over, with what matters to a test. */
export const aRecord = (some: Partial<RequestRecord> = {}): RequestRecord => ({
  requestId: 'req',
  startedAt: Date.UTC(2026, 10, 28, 23, 30),
  method: 'POST',
  path: '/v1/chat/completions',
  route: '/v1/chat/completions',
  status: 200,
  client: { id: 'key:a', kind: 'key', name: 'ci' },
  userAgent: 'OpenAI/JS 6.49.0',
  format: 'chat-completions',
  streamed: true,
  modelAsked: 'm',
  usage,
  attempts: [anAttempt()],
  times: { firstToken: 5, total: 9 },
  outcome: { type: 'finished' },
  ...some,
})
