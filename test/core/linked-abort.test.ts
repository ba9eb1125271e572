import { getEventListeners } from 'node:events'
import { expect, it } from 'vitest'
import { LinkedAbort } from '../../src/core/linked-abort.ts'

it('is aborted with any of its sources, for its reason', () => {
  const [one, other] = [new AbortController(), new AbortController()]
  const linked = new LinkedAbort(one.signal, other.signal)
  expect(linked.signal.aborted).toBe(false)
  other.abort('because')
  expect(linked.signal.reason).toBe('because')
})

it('is aborted at once with a source that is', () => {
  expect(new LinkedAbort(new AbortController().signal, AbortSignal.abort('before')).signal.reason).toBe('before')
})

it('aborts none of its sources', () => {
  const source = new AbortController()
  new LinkedAbort(source.signal).abort()
  expect(source.signal.aborted).toBe(false)
})

it('is forgotten by its sources once it is disposed of', () => {
  const source = new AbortController()
  const linked = new LinkedAbort(source.signal)
  linked[Symbol.dispose]()
  source.abort()
  expect(linked.signal.aborted).toBe(false)
  expect(getEventListeners(source.signal, 'abort')).toEqual([])
})
