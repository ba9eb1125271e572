import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { type Bridge, startBridge, until, waitForIdle } from '../support/bridge.ts'
import { busyProcesses, timeUntilGone } from '../support/processes.ts'
import { hang, say } from '../support/upstream.ts'

let bridge: Bridge

beforeAll(async () => {
  bridge = await startBridge({ config: { minIdle: 1, maxSize: 1 } })
})
afterAll(() => bridge.close())
beforeEach(async () => {
  await waitForIdle(bridge, 1)
  bridge.upstream.calls.length = 0
})

const messages = [{ role: 'user', content: 'hi' }]
const endless = say(
  Array.from({ length: 200 }, (_, index) => `t${index} `),
  { delay: 100 },
)

test('a client that leaves a stream ends the call to the provider and the process', async () => {
  bridge.upstream.answer(endless)
  const client = new AbortController()
  const response = await bridge.chat({ messages, stream: true }, { signal: client.signal })
  await response.body!.getReader().read()
  await expectEndOf(client, 'streamed')
})

test('a client that leaves while it waits for a whole answer does so, too', async () => {
  bridge.upstream.answer(endless)
  const client = new AbortController()
  const answer = bridge.chat({ messages }, { signal: client.signal })
  answer.catch(() => {})
  await expectEndOf(client, 'in one piece')
})

test('and a client that leaves before the first token', async () => {
  bridge.upstream.answer(hang)
  const client = new AbortController()
  const answer = bridge.chat({ messages, stream: true }, { signal: client.signal })
  answer.catch(() => {})
  await expectEndOf(client, 'before the first token')
})

/** With one place in the pool, the refill also shows that the place became free. */
async function expectEndOf(client: AbortController, name: string): Promise<void> {
  await until(() => bridge.upstream.calls.length === 1)
  const busy = await busyProcesses(bridge)
  expect(busy).toHaveLength(1)
  const { cancelled } = (await bridge.status()).requests
  const start = Date.now()
  client.abort()
  const gone = await timeUntilGone(busy)
  const [call] = bridge.upstream.calls
  await until(() => call!.hungUpAt !== undefined)
  console.log(`client left ${name}: upstream closed after ${call!.hungUpAt! - start} ms, process gone after ${gone} ms`)
  expect((await bridge.status()).requests).toMatchObject({ inFlight: [], cancelled: cancelled + 1 })

  await waitForIdle(bridge, 1)
  bridge.upstream.answer(say('next'))
  expect(await (await bridge.chat({ messages })).json()).toMatchObject({ choices: [{ message: { content: 'next' } }] })
}
