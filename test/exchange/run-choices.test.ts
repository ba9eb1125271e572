import { expect, test } from 'vitest'
import type { AnswerEvent } from '../../src/core/answer-event.ts'
import { runChoices } from '../../src/exchange/run-choices.ts'
import { neededMemory } from '../support/heap.ts'

const EVENTS = 50_000

test('an answer that is silent costs nothing for each event of the other', async () => {
  const controller = new AbortController()
  const events = runChoices(2, (choice, signal) => (choice === 0 ? silent(signal) : words()), controller.signal)
  await events.next()
  const before = neededMemory()
  for (let count = 1; count < EVENTS; count++) expect((await events.next()).value).toMatchObject({ choice: 1 })
  const kept = (neededMemory() - before) / EVENTS
  console.log(`${kept.toFixed(1)} bytes are kept for each event`)
  expect(kept).toBeLessThan(50)
  controller.abort(new Error('over'))
  await expect(events.next()).rejects.toThrow('over')
})

async function* words(): AsyncGenerator<AnswerEvent> {
  for (;;) yield { type: 'text-delta', text: 'word' }
}

async function* silent(signal: AbortSignal): AsyncGenerator<AnswerEvent> {
  await new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason as Error), { once: true }))
  yield* words()
}
