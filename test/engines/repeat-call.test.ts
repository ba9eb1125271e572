import { describe, expect, test } from 'vitest'
import type { CallEvent } from '../../src/core/call.ts'
import type { CallExtras, Connection } from '../../src/core/connection.ts'
import { BridgeError } from '../../src/core/errors.ts'
import { ProviderHealth } from '../../src/engines/provider-health.ts'
import { NoAnswerError, repeatCall } from '../../src/engines/repeat-call.ts'

/** What a provider does on one call. */
type Turn = { status: number; headers?: Record<string, string>; body?: string } | 'reset' | 'breaks'

const policy = { maxRetries: 4, delay: 1, maxRetryAfter: 1000 }

interface Scene {
  turns: Turn[]
  connection?: Connection
  health?: ProviderHealth
  policy?: Partial<typeof policy>
}

/** @returns the events, the last as text, and with which credential each call was made */
async function play({ turns, connection, health = new ProviderHealth(10), policy: changes }: Scene) {
  const calls: (string | undefined)[] = []
  async function* attempt(extras: CallExtras | undefined): AsyncGenerator<CallEvent> {
    const turn = turns[Math.min(calls.length, turns.length - 1)]!
    calls.push(extras?.headers.authorization)
    if (turn === 'reset') throw new NoAnswerError(new BridgeError('connection reset', { code: 'upstream_error', status: 502 }))
    yield { type: 'head', status: turn === 'breaks' ? 200 : turn.status, headers: turn === 'breaks' ? {} : (turn.headers ?? {}) }
    yield { type: 'bytes', bytes: Buffer.from(turn === 'breaks' ? 'half' : (turn.body ?? 'ok')) }
    if (turn === 'breaks') throw new BridgeError('broke off', { code: 'upstream_error', status: 502 })
  }
  const events: CallEvent[] = []
  const options = { model: 'p/m', provider: 'p', connection, policy: { ...policy, ...changes }, health, signal: new AbortController().signal }
  const error = await (async () => {
    const calls = repeatCall({ ...options, attempt })
    let step = await calls.next()
    for (; !step.done; step = await calls.next()) events.push(step.value)
    for await (const event of step.value.events) events.push(event)
  })().catch((thrown: Error) => thrown)
  const head = events.find((event) => event.type === 'head')
  return { calls, error, status: head?.type === 'head' ? head.status : undefined, retries: events.filter((event) => event.type === 'retry'), events }
}

const date = (offset: number) => new Date(Date.now() + offset).toUTCString()

describe('is repeated', () => {
  test.each<[string, Turn]>([
    ['429 without a word', { status: 429 }],
    ['429 with seconds', { status: 429, headers: { 'retry-after': '0.001' } }],
    ['429 with milliseconds', { status: 429, headers: { 'retry-after-ms': '1' } }],
    ['429 with a date', { status: 429, headers: { 'retry-after': date(-1000) } }],
    ['503', { status: 503 }],
    ['a reset connection', 'reset'],
  ])('%s', async (_name, turn) => {
    const { calls, status, retries } = await play({ turns: [turn, { status: 200 }] })
    expect({ calls: calls.length, status, retries: retries.length }).toEqual({ calls: 2, status: 200, retries: 1 })
  })

  test('four times, each visible, and the last answer is told', async () => {
    const { calls, status, retries } = await play({ turns: [{ status: 503, body: 'down' }] })
    expect(calls).toHaveLength(5)
    expect(status).toBe(503)
    expect(retries.map((event) => event.type === 'retry' && event.attempt)).toEqual([1, 2, 3, 4])
  })

  test('as often as the provider’s block says', async () => {
    const connection = { ...secrets(['a']), retry: { maxRetries: 1 } }
    expect((await play({ turns: [{ status: 503 }], connection })).calls).toHaveLength(2)
  })
})

describe('is not repeated', () => {
  test.each<[string, Turn, number]>([
    ['400', { status: 400 }, 400],
    ['a quota that is used up', { status: 429, body: '{"error":{"code":"insufficient_quota"}}' }, 429],
    ['a pause longer than allowed', { status: 429, headers: { 'retry-after': '60' } }, 429],
    ['an answer that has begun', 'breaks', 200],
  ])('%s', async (_name, turn, expected) => {
    const { calls, status } = await play({ turns: [turn, { status: 200 }] })
    expect({ calls: calls.length, status }).toEqual({ calls: 1, status: expected })
  })

  test('a redirect, which is an error', async () => {
    const { error } = await play({ turns: [{ status: 307, headers: { location: 'https://elsewhere' } }] })
    expect(error).toMatchObject({ status: 502, message: expect.stringContaining('redirect') })
  })
})

/** A source of credentials that has these, one after the other. */
function secrets(values: string[]): Connection & { renewals: string[] } {
  let current = 0
  const extras = () => ({ headers: { authorization: values[current]! }, query: {} })
  const renewals: string[] = []
  return {
    renewals,
    retry: {},
    prepare: async () => {},
    callsTools: () => undefined,
    amend: (_model, form) => form,
    extras: async () => extras(),
    renew: async (refused) => {
      renewals.push(refused.headers.authorization!)
      if (current === values.length - 1) return undefined
      current++
      return extras()
    },
  }
}

describe('a credential', () => {
  test('that was refused is fetched anew once, and the call repeated with it', async () => {
    const connection = secrets(['old', 'new'])
    const { calls, status, retries } = await play({ turns: [{ status: 401 }, { status: 200 }], connection, policy: { maxRetries: 0 } })
    expect({ calls, status, retries: retries.length }).toEqual({ calls: ['old', 'new'], status: 200, retries: 1 })
  })

  test('that is refused again is the client’s to hear of', async () => {
    const connection = secrets(['old', 'new', 'newer'])
    const { calls, status } = await play({ turns: [{ status: 401 }], connection })
    expect({ calls, status, renewals: connection.renewals }).toEqual({ calls: ['old', 'new'], status: 401, renewals: ['old'] })
  })

  test('of which there is no other is not tried twice', async () => {
    expect((await play({ turns: [{ status: 401 }], connection: secrets(['only']) })).calls).toEqual(['only'])
  })

  test('is the newest with each repetition', async () => {
    const connection = secrets(['first', 'second'])
    const asked: string[] = []
    const rotating = {
      ...connection,
      extras: async () => {
        asked.push('x')
        return { headers: { authorization: `token-${asked.length}` }, query: {} }
      },
    }
    expect((await play({ turns: [{ status: 503 }, { status: 503 }, { status: 200 }], connection: rotating })).calls).toEqual(['token-1', 'token-2', 'token-3'])
  })
})

describe('all requests to a provider together', () => {
  test('repeat no more than a fifth of a minute’s requests, but for the first ten', async () => {
    const health = new ProviderHealth(10)
    const played = await Promise.all(Array.from({ length: 100 }, () => play({ turns: ['reset'], health })))
    const calls = played.reduce((sum, { calls: made }) => sum + made.length, 0)
    expect(calls).toBe(120)
    const few = new ProviderHealth(10)
    const some = await Promise.all(Array.from({ length: 5 }, () => play({ turns: ['reset'], health: few })))
    expect(some.reduce((sum, { calls: made }) => sum + made.length, 0)).toBe(15)
  })

  test('wait for the pause that one of them was asked for', async () => {
    let now = 0
    const health = new ProviderHealth(10, () => now)
    health.rest('p', 50)
    const { retries, status } = await play({ turns: [{ status: 200 }], health })
    expect(retries).toMatchObject([{ attempt: 0, delay: 50 }])
    expect(status).toBe(200)
    now = 51
    expect((await play({ turns: [{ status: 200 }], health })).retries).toEqual([])
  })

  test('to another model go on where the limit is that of one', async () => {
    const health = new ProviderHealth(10, () => 0)
    health.rest('p/other', 5)
    expect(health.pauseOf('p', 'p/m')).toBe(0)
    expect(health.pauseOf('p', 'p/other')).toBe(5)
  })

  test('have their retries back a minute later', () => {
    let now = 1_000_000
    const health = new ProviderHealth(10, () => now)
    for (let index = 0; index < 10; index++) expect(health.takeRetry('p')).toBe(true)
    expect(health.takeRetry('p')).toBe(false)
    now += 60_000
    expect(health.takeRetry('p')).toBe(true)
  })
})
