import { afterEach, describe, expect, test, vi } from 'vitest'
import type { Client } from '../../../src/access/client.ts'
import type { Demand } from '../../../src/access/limits/demand.ts'
import type { Level } from '../../../src/access/limits/level.ts'
import { LimitGate, type LimitGateOptions } from '../../../src/access/limits/limit-gate.ts'
import { LEASE } from '../../../src/access/limits/reservations.ts'
import { createWindows } from '../../../src/access/limits/windows.ts'
import type { Limits } from '../../../src/core/limits.ts'
import { createPriceBook } from '../../../src/records/pricing/price-book.ts'
import type { Attempt } from '../../../src/records/record.ts'
import type { LimitStore } from '../../../src/storage/limit-store.ts'
import { memoryLimitStore } from '../../../src/storage/memory/limit-store.ts'

/** A millionth of a dollar for a token, twice that for requests of more than 200,000. */
const prices = createPriceBook({
  models: () => [],
  overrides: [
    {
      scope_kind: 'provider',
      provider_id: 'p',
      match_type: 'prefix',
      pattern: 'm',
      pricing_patch: { input_cost_per_token: 1e-6, output_cost_per_token: 1e-6, input_cost_per_token_above_200k_tokens: 2e-6 },
    },
  ],
})

const model = (id: string, maxOutputTokens = 1000) => ({ id, provider: 'p', maxOutputTokens })
const demand = (some: Partial<Demand> = {}): Demand => ({ models: [model('p/m')], choices: 1, input: 100, output: 50, format: undefined, key: 'ci', ...some })
const attempt = (input: number, output: number, status: Attempt['usage']['status'] = 'reported'): Attempt => ({
  model: 'p/m',
  provider: 'p',
  calls: 1,
  retries: 0,
  usage: { input, output, cachedInput: 0, cacheWrites: 0, reasoning: 0, status },
})

const client = (limits?: Limits, name = 'ci'): Client => ({ id: `named:${name}`, kind: 'key', name, ...(limits && { limits }) })
const gates: LimitGate[] = []
afterEach(async () => {
  for (const gate of gates.splice(0)) await gate.close()
})

function gateOf(some: Partial<LimitGateOptions> = {}): LimitGate {
  const log = { warn: vi.fn(), info: vi.fn() }
  const gate = new LimitGate({ store: memoryLimitStore(), prices, windows: createWindows('UTC'), daemon: {}, client: {}, policy: 'closed', log, ...some })
  gates.push(gate)
  return gate
}

async function ask(gate: LimitGate, who: Client, wanted: Partial<Demand> = {}) {
  let levels: readonly Level[] = []
  const models = wanted.models ?? [model('p/m')]
  const settle = await gate.admit(
    who,
    models.map(({ provider }) => provider),
    () => demand(wanted),
    (told) => (levels = told),
  )
  return { settle, levels }
}

/** How many of so many requests at once are let in. */
async function letIn(gate: LimitGate, who: Client, count: number, wanted: Partial<Demand> = {}): Promise<number> {
  const all = await Promise.allSettled(Array.from({ length: count }, () => ask(gate, who, wanted)))
  return all.filter(({ status }) => status === 'fulfilled').length
}

describe('what is let in', () => {
  test('is not even looked at without a limit', async () => {
    const gate = gateOf()
    const look = vi.fn(() => demand())
    expect(await gate.admit(client({ models: ['p/*'] }), ['p'], look, () => {})).toBeUndefined()
    expect(look).not.toHaveBeenCalled()
  })

  test.each<[Limits, number, Partial<Demand>]>([
    [{ requestsPerMinute: 7 }, 7, {}],
    [{ concurrentRequests: 3 }, 3, {}],
    [{ tokensPerMinute: 1000 }, 6, {}],
    [{ tokensPerDay: 1000 }, 3, { choices: 2 }],
    // 150 tokens of a millionth.
    [{ costPerDay: '0.001' }, 6, {}],
    [{ costPerMonth: '0.001', requestsPerMinute: 50 }, 6, {}],
    [{ costTotal: '0.00015' }, 1, {}],
    // What the client leaves open, the model says.
    [{ tokensPerMinute: 11_000 }, 10, { output: undefined }],
    // By the tier: 300,000 of two millionths, and the output.
    [{ costPerDay: '1.3' }, 2, { input: 300_000, output: 0 }],
    // By the dearest of those that may be asked.
    [{ tokensPerDay: 10_000 }, 2, { models: [model('p/m'), model('p/m2', 4000)], output: undefined }],
  ])('of 20 requests under %j is %i for %j', async (limits, count, wanted) => {
    expect(await letIn(gateOf(), client(limits), 20, wanted)).toBe(count)
  })

  test('is held to the limits of all: the key’s, the client’s and the daemon’s', async () => {
    const gate = gateOf({ daemon: { requestsPerMinute: 5 }, client: { requestsPerMinute: 3 } })
    expect(await letIn(gate, client({ requestsPerMinute: 2 }), 9)).toBe(2)
    expect(await letIn(gate, client(undefined, 'other'), 9)).toBe(3)
    expect(await letIn(gate, client(undefined, 'third'), 9)).toBe(0)
    const open = gateOf({ client: { requestsPerMinute: 3 } })
    expect(await letIn(open, { id: 'open:one', kind: 'open' }, 2)).toBe(2)
    // Whoever says another word is no other client.
    expect(await letIn(open, { id: 'open:two', kind: 'open' }, 2)).toBe(1)
  })

  test('makes room as it settles with what was used', async () => {
    const gate = gateOf()
    const who = client({ tokensPerDay: 300 })
    const [one, two] = [await ask(gate, who), await ask(gate, who)]
    expect(await letIn(gate, who, 1)).toBe(0)
    one.settle!([attempt(20, 10)], 0)
    expect(await letIn(gate, who, 1, { input: 110, output: 10 })).toBe(1)
    two.settle!([], 0)
    expect(await letIn(gate, who, 1, { input: 150, output: 0 })).toBe(1)
  })

  test('counts what its client left before the provider told, by what was heard', async () => {
    const gate = gateOf()
    const who = client({ tokensPerDay: 1000 })
    const { settle } = await ask(gate, who, { output: 500 })
    settle!([attempt(0, 0, 'none')], 30)
    expect((await ask(gate, who, { input: 1, output: 1 })).levels[0]!.remaining).toBe(1000n - 130n - 2n)
    const refused = await ask(gate, who)
    refused.settle!([attempt(0, 0)], 0)
    expect((await ask(gate, who, { input: 1, output: 1 })).levels[0]!.remaining).toBe(1000n - 130n - 4n)
  })
})

describe('what is refused', () => {
  const why = (gate: LimitGate, limits: Limits, wanted: Partial<Demand> = {}) =>
    ask(gate, client(limits), wanted).then(
      () => undefined,
      (error: unknown) => error,
    )

  test('says when it may come again, or that money helps', async () => {
    const gate = gateOf({ now: () => Date.UTC(2026, 10, 28, 10, 0, 30) })
    await ask(gate, client({ requestsPerMinute: 1 }))
    expect(await why(gate, { requestsPerMinute: 1 })).toMatchObject({ status: 429, code: 'rate_limit_exceeded', retryAfter: 30_000 })
    await ask(gate, client({ tokensPerDay: 200 }))
    expect(await why(gate, { tokensPerDay: 200 })).toMatchObject({ status: 429, code: 'rate_limit_exceeded', retryAfter: 14 * 3_600_000 - 30_000 })
    await ask(gate, client({ costPerDay: '0.0002' }))
    expect(await why(gate, { costPerDay: '0.0002', requestsPerMinute: 1 })).toMatchObject({ status: 429, code: 'insufficient_quota', retryAfter: undefined })
    expect(await why(gate, { tokensPerMinute: 100 })).toMatchObject({ status: 413, message: expect.stringContaining('smaller maximum') })
  })

  test('are models and routes beside the named', () => {
    const gate = gateOf({ daemon: { models: ['p/*'] } })
    const who = client({ models: ['p/m'], routes: ['/v1/chat/*'] })
    expect(['p/m', 'p/other', 'q/m'].map((id) => gate.allowsModel(who, id))).toEqual([true, false, false])
    expect(() => gate.checkModel(who, 'p/other')).toThrow(/not among those/)
    gate.checkRoute(who, '/v1/chat/completions')
    expect(() => gate.checkRoute(who, '/v1/messages')).toThrow(/not among the routes/)
  })

  test('is a model without a price under a limit in money, unless that is open', async () => {
    const unknown = { models: [{ id: 'q/x', provider: 'q', maxOutputTokens: 9 }] }
    expect(await why(gateOf(), { costPerDay: '1' }, unknown)).toMatchObject({ status: 403, code: 'price_unknown' })
    expect(await why(gateOf(), { tokensPerDay: 1000 }, unknown)).toBeUndefined()
    expect(await why(gateOf({ policy: 'open' }), { costPerDay: '1' }, unknown)).toBeUndefined()
  })

  test('is all that is limited while the database is gone, unless that is open; said once', async () => {
    const log = { warn: vi.fn(), info: vi.fn() }
    const store = memoryLimitStore()
    const reserve = vi.spyOn(store, 'reserve').mockRejectedValue(new Error('gone'))
    const gate = gateOf({ store, log })
    expect(await why(gate, { requestsPerMinute: 9 })).toMatchObject({ status: 503, code: 'limits_unavailable' })
    expect(await why(gate, { requestsPerMinute: 9 })).toMatchObject({ status: 503 })
    expect(await why(gate, {})).toBeUndefined()
    expect(await why(gateOf({ store, policy: 'open' }), { requestsPerMinute: 9 })).toBeUndefined()
    reserve.mockRestore()
    expect(await why(gate, { requestsPerMinute: 9 })).toBeUndefined()
    expect([log.warn.mock.calls.length, log.info.mock.calls.length]).toEqual([1, 1])
  })
})

describe('a provider', () => {
  const other = { id: 'q/x', provider: 'q', maxOutputTokens: 1000 }

  test('has limits that hold for all who ask it, and of which no client is told', async () => {
    const gate = gateOf({ providers: { p: { requestsPerDay: 3, costPerDay: '1' } } })
    expect((await ask(gate, client())).levels).toEqual([])
    expect(await letIn(gate, client(undefined, 'one'), 2)).toBe(2)
    expect(await letIn(gate, client(undefined, 'two'), 2)).toBe(0)
    expect(await letIn(gate, client(), 9, { models: [other] })).toBe(9)
  })

  test('is counted only by what it was asked itself', async () => {
    const gate = gateOf({ providers: { p: { tokensPerDay: 300 } } })
    const { settle } = await ask(gate, client(), { models: [model('p/m'), other] })
    settle!([{ ...attempt(100, 90), model: 'q/x', provider: 'q' }], 0)
    expect(await letIn(gate, client(), 9)).toBe(2)
  })

  test('has its pause from one request to the next', async () => {
    const clock = { now: 1_000_000 }
    const gate = gateOf({ providers: { p: { minInterval: 5000 } }, now: () => clock.now })
    expect(await letIn(gate, client(), 3)).toBe(1)
    clock.now += 2000
    await expect(ask(gate, client())).rejects.toMatchObject({ status: 429, code: 'rate_limit_exceeded', retryAfter: 3000 })
    expect(await letIn(gate, client(), 1, { models: [other] })).toBe(1)
    clock.now += 3000
    expect(await letIn(gate, client(), 1)).toBe(1)
    clock.now -= 86_400_000
    await expect(ask(gate, client())).rejects.toMatchObject({ retryAfter: 5000 })
  })

  test('is warned of at half, at most and at all of it, once each a window', async () => {
    const clock = { now: Date.UTC(2026, 10, 28, 10) }
    const log = { warn: vi.fn(), info: vi.fn() }
    const gate = gateOf({ providers: { p: { costPerDay: '0.0015' } }, log, now: () => clock.now })
    for (let n = 0; n < 12; n++) await ask(gate, client()).catch(() => {})
    expect(log.warn.mock.calls.map(([text]) => text)).toEqual([50, 80, 100].map((mark) => `${mark} % of 0.0015 USD are used or reserved (costPerDay of p).`))
    clock.now += 86_400_000
    for (let n = 0; n < 5; n++) await ask(gate, client())
    expect(log.warn).toHaveBeenCalledTimes(4)
  })
})

describe('time', () => {
  function clocked(store: LimitStore = memoryLimitStore(), start = Date.UTC(2026, 10, 28, 10)) {
    const clock = { now: start }
    return { clock, store, gate: gateOf({ store, now: () => clock.now }) }
  }

  test('opens the next window', async () => {
    const { clock, gate } = clocked()
    const who = client({ requestsPerMinute: 1 })
    expect(await letIn(gate, who, 2)).toBe(1)
    clock.now += 60_000
    expect(await letIn(gate, who, 2)).toBe(1)
  })

  test.each([3_600_000, 40 * 86_400_000, -3_600_000, -40 * 86_400_000])('that jumps by %i ms loses no count and frees nothing that runs', async (jump) => {
    const { clock, gate } = clocked()
    const who = client({ concurrentRequests: 2, costTotal: '0.00045', tokensPerDay: 1000 })
    const running = await ask(gate, who)
    await ask(gate, who)
    clock.now += jump
    expect(await letIn(gate, who, 1)).toBe(0)
    running.settle!([attempt(100, 50)], 0)
    expect(await letIn(gate, who, 1)).toBe(1)
    clock.now -= jump
    expect(await letIn(gate, who, 1)).toBe(0)
  })

  test('gives back what a dead daemon held when its lease ends, not before', async () => {
    const { clock, store, gate: dead } = clocked()
    const who = client({ concurrentRequests: 2, costTotal: '0.0003' })
    expect(await letIn(dead, who, 9)).toBe(2)
    const gate = gateOf({ store, now: () => clock.now })
    expect(await letIn(gate, who, 1)).toBe(0)
    clock.now += LEASE + 1
    expect(await letIn(gate, who, 9)).toBe(2)
  })

  test('of a clock that was set back does not make a dead daemon hold for long', async () => {
    const { clock, store, gate: dead } = clocked()
    const who = client({ concurrentRequests: 1 })
    await ask(dead, who)
    clock.now -= 86_400_000
    expect(await letIn(gateOf({ store, now: () => clock.now }), who, 1)).toBe(1)
  })

  test('in which the database is gone loses nothing of what was used', async () => {
    vi.useFakeTimers()
    try {
      const { store, gate } = clocked()
      const who = client({ tokensPerDay: 1000 })
      const { settle } = await ask(gate, who)
      const gone = vi.spyOn(store, 'settle').mockRejectedValue(new Error('gone'))
      settle!([attempt(300, 200)], 0)
      await vi.advanceTimersByTimeAsync(LEASE)
      gone.mockRestore()
      await vi.advanceTimersByTimeAsync(LEASE)
      expect((await ask(gate, who, { input: 0, output: 0 })).levels[0]!.remaining).toBe(500n)
    } finally {
      vi.useRealTimers()
    }
  })
})
