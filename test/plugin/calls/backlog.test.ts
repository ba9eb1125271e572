import { expect, test } from 'vitest'
import { Backlog } from '../../../src/plugin/calls/backlog.ts'
import { WINDOW } from '../../../src/plugin/contract.ts'

function backlog(): { backlog: Backlog; sent: () => number } {
  let sent = 0
  return { backlog: new Backlog((bytes) => (sent += bytes.length)), sent: () => sent }
}

test('what the daemon takes is sent at once', () => {
  const { backlog: made, sent } = backlog()
  for (let index = 0; index < 100; index++) {
    made.add(new Uint8Array(10_000))
    made.credit(10_000)
  }
  expect([sent(), made.waiting]).toEqual([1_000_000, 0])
})

test('what it does not take waits, and follows in order', async () => {
  const order: number[] = []
  const made = new Backlog((bytes) => order.push(bytes[0]!))
  for (let index = 0; index < 20; index++) made.add(new Uint8Array(WINDOW / 4).fill(index))
  expect(order.length).toBeLessThan(7)
  expect(made.waiting).toBe((20 - order.length) * (WINDOW / 4))
  const end = made.drained()
  for (let index = 0; index < 20; index++) made.credit(WINDOW / 4)
  await end
  expect(order).toEqual(Array.from({ length: 20 }, (_, index) => index))
})

test('nothing waits once it is closed', async () => {
  const { backlog: made, sent } = backlog()
  for (let index = 0; index < 20; index++) made.add(new Uint8Array(WINDOW))
  const before = sent()
  const end = made.drained()
  made.close()
  await end
  made.credit(20 * WINDOW)
  expect([sent(), made.waiting]).toEqual([before, 0])
})
