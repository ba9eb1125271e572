import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { StartProgress } from '../../src/daemon/start-progress.ts'

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

test('a stage is named once it has taken a second, and one that is over is not', () => {
  const said: string[] = []
  const progress = new StartProgress({ start: ((what: string) => void said.push(what)) as never })
  progress.enter('quick')
  vi.advanceTimersByTime(900)
  progress.enter('slow')
  vi.advanceTimersByTime(900)
  expect(said).toEqual([])
  vi.advanceTimersByTime(200)
  expect(said).toEqual(['slow'])
  progress.enter('the last')
  progress.end()
  vi.advanceTimersByTime(5_000)
  expect(said).toEqual(['slow'])
})
