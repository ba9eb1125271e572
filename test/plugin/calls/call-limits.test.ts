import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { CallLimits } from '../../../src/plugin/calls/call-limits.ts'

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

type Timeouts = ConstructorParameters<typeof CallLimits>[0]

const limits = (timeouts: Timeouts, client = new AbortController()) => new CallLimits(timeouts, client.signal)

describe('the time limits of a call', () => {
  it('a piece has its own time, counted from the piece before it', () => {
    const call = limits({ chunkTimeout: 100 })
    call.came()
    for (let piece = 0; piece < 5; piece++) {
      vi.advanceTimersByTime(60)
      call.came()
    }
    vi.advanceTimersByTime(99)
    expect(call.signal.aborted).toBe(false)
    vi.advanceTimersByTime(2)
    expect(call.signal.aborted).toBe(true)
    expect(String(call.explain(undefined))).toContain('longer than 100 ms (chunkTimeout')
  })

  it('the head has its own, which ends with it', () => {
    const call = limits({ headerTimeout: 50, chunkTimeout: false })
    const late = limits({ headerTimeout: 50 })
    call.came()
    vi.advanceTimersByTime(1_000_000)
    expect(call.signal.aborted).toBe(false)
    expect(String(late.explain(undefined))).toContain('headerTimeout')
  })

  it('the whole call has one where the user sets it, whatever comes', () => {
    const call = limits({ timeout: 100 })
    for (let piece = 0; piece < 3; piece++) {
      call.came()
      vi.advanceTimersByTime(40)
    }
    expect(String(call.explain(undefined))).toContain('longer than 100 ms (timeout')
  })

  it.each([false, 0])('none where it is %s', (none) => {
    const call = limits({ headerTimeout: none, chunkTimeout: none })
    vi.advanceTimersByTime(10_000_000)
    call.came()
    vi.advanceTimersByTime(10_000_000)
    expect(call.signal.aborted).toBe(false)
    expect(vi.getTimerCount()).toBe(0)
  })

  it('leaves no timer behind', () => {
    const call = limits({ timeout: 100, chunkTimeout: 100 })
    call.came()
    vi.advanceTimersByTime(50)
    call.came()
    // The one that looks whether a piece has come looks again.
    vi.advanceTimersByTime(49)
    call.end()
    expect(vi.getTimerCount()).toBe(0)
  })

  it('says what a client’s own end was, and what the call failed with otherwise', () => {
    const client = new AbortController()
    const call = limits({}, client)
    const failure = new Error('reset')
    expect(call.explain(failure)).toBe(failure)
    client.abort()
    expect(call.signal.aborted).toBe(true)
    expect(call.explain(failure)).toBe(failure)
    call.end()
  })
})
