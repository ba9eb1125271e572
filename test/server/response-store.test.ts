import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { newResponse } from '../../src/protocols/responses/response.ts'
import type { JsonResponse } from '../../src/protocols/responses/shapes.ts'
import { type ClientResponses, type FollowedRequest, ResponseStore, type ResponseStoreLimits } from '../../src/server/response-store.ts'

function response(id: string): JsonResponse {
  return newResponse({}, { identity: { id, created: 1 }, model: 'm', tools: [] })
}

/** Begins and ends a response, asked with a text of a certain length. */
function keep(store: ClientResponses, id: string, length = 1): void {
  const memory = store.follow(() => {})
  memory.begin({ response: response(id), input: [{ type: 'message', id: `msg_${id}`, role: 'user', content: 'x'.repeat(length) }] })
  memory.end({ ...response(id), status: 'completed' })
}

const storeOfOne = (limits: Partial<ResponseStoreLimits> = {}): ClientResponses => new ResponseStore(limits).of('one')

const kept = (store: ClientResponses, ...ids: string[]): boolean[] => ids.map((id) => store.find(`resp_${id}`) !== undefined)

describe('the response store', () => {
  beforeEach(() => void vi.useFakeTimers())
  afterEach(() => void vi.useRealTimers())

  it('finds what is over, by its id and by those of its items', () => {
    const store = storeOfOne()
    keep(store, 'a')
    expect(store.find('resp_a')).toMatchObject({ response: { status: 'completed' }, input: [{ id: 'msg_a' }] })
    expect(store.findItem('msg_a')).toMatchObject({ role: 'user' })
    expect(store.findItem('msg_b')).toBeUndefined()
    expect(store.find('resp_b')).toBeUndefined()
  })

  it('finds items with what their client did not get, and counts that too', () => {
    const store = storeOfOne({ maxBytes: 100_000 })
    const item = { type: 'reasoning', id: 'rs_1', status: 'completed', summary: [] } as const
    const end = (id: string, token: string) => {
      const memory = store.follow(() => {})
      memory.begin({ response: response(id), input: [] })
      memory.end({ ...response(id), status: 'completed', output: [{ ...item, summary: [] }] }, [{ ...item, summary: [], encrypted_content: token }])
    }
    end('a', 'gAAA')
    expect(store.find('resp_a')?.response.output[0]).not.toHaveProperty('encrypted_content')
    expect(store.findItem('rs_1')).toMatchObject({ encrypted_content: 'gAAA' })
    end('b', 'x'.repeat(60_000))
    expect(kept(store, 'a', 'b')).toEqual([true, false])
  })

  it('finds an item as long as a response has it', () => {
    const store = storeOfOne()
    for (const id of ['a', 'b']) {
      const memory = store.follow(() => {})
      memory.begin({ response: response(id), input: [{ type: 'message', id: 'msg_1', role: 'user', content: 'Hi' }] })
      memory.end({ ...response(id), status: 'completed' })
    }
    store.delete('resp_b')
    expect(store.findItem('msg_1')).toBeDefined()
    store.delete('resp_a')
    expect(store.findItem('msg_1')).toBeUndefined()
  })

  it('has the oldest make room', () => {
    const store = storeOfOne({ maxEntries: 2 })
    for (const id of ['a', 'b', 'c']) keep(store, id)
    expect(kept(store, 'a', 'b', 'c')).toEqual([false, true, true])
  })

  it('holds no more than its size', () => {
    const store = storeOfOne({ maxBytes: 100_000 })
    for (const id of ['a', 'b', 'c']) keep(store, id, 20_000)
    expect(kept(store, 'a', 'b', 'c')).toEqual([false, true, true])
    keep(store, 'd', 60_000)
    expect(kept(store, 'b', 'c', 'd')).toEqual([true, true, false])
  })

  it('forgets', () => {
    const store = storeOfOne({ lifetime: 1000 })
    keep(store, 'a')
    vi.advanceTimersByTime(999)
    expect(kept(store, 'a')).toEqual([true])
    vi.advanceTimersByTime(1)
    expect(kept(store, 'a')).toEqual([false])
    keep(store, 'b')
    expect(store.delete('resp_b')).toBe(true)
    expect(store.delete('resp_b')).toBe(false)
  })

  it('shows what is running, and ends it on demand', () => {
    const store = storeOfOne()
    const abort = vi.fn()
    const memory = store.follow(abort)
    memory.begin({ response: response('a'), input: [] })
    expect(store.get('resp_a')).toMatchObject({ response: { status: 'in_progress' } })
    expect(store.find('resp_a')).toBeUndefined()
    expect(store.cancel('resp_a')).toMatchObject({ status: 'cancelled' })
    expect(abort).toHaveBeenCalledOnce()
    memory.end({ ...response('a'), status: 'failed' })
    expect(store.find('resp_a')).toMatchObject({ response: { status: 'cancelled' } })
    expect(store.cancel('resp_a')).toBeUndefined()
  })

  it('keeps nothing of what is discarded or deleted while it runs', () => {
    const store = storeOfOne()
    const abort = vi.fn()
    for (const [id, end] of [
      ['a', (memory: FollowedRequest) => memory.discard()],
      ['b', () => void store.delete('resp_b')],
    ] as const) {
      const memory = store.follow(abort)
      memory.begin({ response: response(id), input: [] })
      end(memory)
      memory.end({ ...response(id), status: 'completed' })
    }
    expect(kept(store, 'a', 'b')).toEqual([false, false])
    expect(abort).toHaveBeenCalledOnce()
  })

  it('keeps clients apart, whatever the ids', () => {
    const store = new ResponseStore()
    const [one, other] = [store.of('one'), store.of('other')]
    keep(one, 'a')
    const abort = vi.fn()
    one.follow(abort).begin({ response: response('b'), input: [] })
    expect([
      other.find('resp_a'),
      other.get('resp_b'),
      other.findItem('msg_a'),
      other.cancel('resp_b'),
      other.delete('resp_a'),
      other.delete('resp_b'),
    ]).toEqual([undefined, undefined, undefined, undefined, false, false])
    expect(abort).not.toHaveBeenCalled()
    keep(other, 'a', 3)
    expect(other.delete('resp_a')).toBe(true)
    expect([one.find('resp_a')?.response.id, one.findItem('msg_a')?.id]).toEqual(['resp_a', 'msg_a'])
  })
})
