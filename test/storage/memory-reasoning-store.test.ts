import { describe, expect, it } from 'vitest'
import { memoryReasoningStore } from '../../src/storage/memory/reasoning-store.ts'
import type { KeptAnswer } from '../../src/storage/reasoning-store.ts'
import { until } from '../support/until.ts'

const LIMITS = { maxBytes: 100_000, maxEntries: 100, lifetime: 60_000 }

function answer(text: string, { callIds = ['call_0'], context = '' }: Partial<KeptAnswer> = {}): KeptAnswer {
  return { callIds, context, model: 'vendor/model', parts: [{ type: 'reasoning', text }] }
}

describe('the memory of answers', () => {
  it('gives back what was kept under a key, and nothing for another', async () => {
    const store = memoryReasoningStore(LIMITS)
    await store.keepAnswer('a', answer('A'))
    expect(await store.findAnswers(['b', 'a'])).toEqual([[], [answer('A')]])
  })

  it('keeps answers of one key side by side, the newest last, but one for the same ids and context', async () => {
    const store = memoryReasoningStore(LIMITS)
    const kept = [answer('A'), answer('B', { callIds: ['call_1'] }), answer('C', { context: 'other' }), answer('D')]
    for (const one of kept) await store.keepAnswer('a', one)
    expect(await store.findAnswers(['a'])).toEqual([[kept[1], kept[2], kept[3]]])
    for (let index = 0; index < 20; index++) await store.keepAnswer('a', answer('more', { callIds: [String(index)] }))
    expect((await store.findAnswers(['a']))[0]).toHaveLength(8)
  })

  it('keeps whose a token is', async () => {
    const store = memoryReasoningStore(LIMITS)
    await store.keepOrigins(['t', 'u'], 'vendor/model')
    await store.keepAnswer('v', answer('V'))
    expect(await store.findOrigins(['u', 'v', 't'])).toEqual(['vendor/model', undefined, 'vendor/model'])
    // Two of them made the same: whose it is in a history, nobody can tell.
    await store.keepOrigins(['u'], 'vendor/other')
    await store.keepOrigins(['u'], 'vendor/model')
    expect(await store.findOrigins(['u', 't'])).toEqual([undefined, 'vendor/model'])
    expect(await store.size()).toMatchObject({ entries: 3 })
  })
})

describe('its bounds', () => {
  const roomFor = async (count: number, text: string) => {
    const store = memoryReasoningStore(LIMITS)
    await store.keepAnswer('a', answer(text))
    return count * (await store.size()).bytes
  }

  it.each([
    ['entries', async () => ({ maxEntries: 3 })],
    ['bytes', async () => ({ maxBytes: await roomFor(3, 'x'.repeat(500)) })],
  ])('of %s drop what was used longest ago', async (_of, limits) => {
    const store = memoryReasoningStore({ ...LIMITS, ...(await limits()) })
    for (const key of ['a', 'b', 'c']) await store.keepAnswer(key, answer('x'.repeat(500)))
    await store.findAnswers(['a'])
    await store.keepAnswer('d', answer('x'.repeat(500)))
    const found = await store.findAnswers(['a', 'b', 'c', 'd'])
    expect(found.map((answers) => answers.length)).toEqual([1, 0, 1, 1])
    expect(await store.size()).toEqual({ entries: 3, bytes: await roomFor(3, 'x'.repeat(500)) })
  })

  it('hold no entry that is larger than all of it', async () => {
    const store = memoryReasoningStore({ ...LIMITS, maxBytes: 2000 })
    await store.keepAnswer('a', answer('A'))
    await store.keepAnswer('b', answer('x'.repeat(2000)))
    expect(await store.findAnswers(['a', 'b'])).toEqual([[answer('A')], []])
  })

  it('let go of what nobody uses, whether or not somebody asks for it', async () => {
    const store = memoryReasoningStore({ ...LIMITS, lifetime: 20 })
    await store.keepAnswer('a', answer('A'))
    await until(async () => (await store.size()).entries === 0)
    expect(await store.findAnswers(['a'])).toEqual([[]])
    expect(await store.size()).toEqual({ entries: 0, bytes: 0 })
  })

  it.each([{ maxBytes: 0 }, { maxEntries: 0 }])('of nothing keep nothing: %j', async (limits) => {
    const store = memoryReasoningStore({ ...LIMITS, ...limits })
    await store.keepAnswer('a', answer('A'))
    await store.keepOrigins(['t'], 'vendor/model')
    expect([await store.findAnswers(['a']), await store.findOrigins(['t']), await store.size()]).toEqual([[[]], [undefined], { entries: 0, bytes: 0 }])
  })
})
