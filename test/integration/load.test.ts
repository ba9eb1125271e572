import { afterEach, expect, test } from 'vitest'
import { type Bridge, contentOf, parseFrames, startBridge, until } from '../support/bridge.ts'
import { echo, stall } from '../support/upstream.ts'

/** `CLIENTS=32` is the whole run: each takes 3 CPU seconds. */
const CLIENTS = Number(process.env.CLIENTS ?? 8)

let bridge: Bridge

afterEach(() => bridge.close())

test(`${CLIENTS} clients on 4 processes each get their own answer`, { tags: 'long', timeout: 300_000 }, async () => {
  bridge = await startBridge({ config: { minIdle: 1, maxSize: 4, maxQueue: 64, acquireTimeout: 240_000 } })
  bridge.upstream.answer(echo)
  const start = performance.now()
  let highest = 0
  const watch = setInterval(async () => {
    const { pool } = (await bridge.status()).engine
    highest = Math.max(highest, pool.starting + pool.idle + pool.acquired + pool.stopping)
  }, 200)
  const prompts = Array.from({ length: CLIENTS }, (_, index) => `client ${index} of ${Math.random()}`)
  const answers = await Promise.all(
    prompts.map(async (content, index) => {
      const stream = index % 2 === 0
      const response = await bridge.chat({ messages: [{ role: 'user', content }], stream })
      expect(response.status).toBe(200)
      return stream ? contentOf(parseFrames(await response.text())) : ((await response.json()) as any).choices[0].message.content
    }),
  )
  clearInterval(watch)
  console.log(`${CLIENTS} clients on maxSize 4 were served in ${((performance.now() - start) / 1000).toFixed(1)} s`)
  expect(answers).toEqual(prompts)
  expect(bridge.upstream.calls).toHaveLength(CLIENTS)
  expect(highest).toBe(4)
  expect((await bridge.status()).requests).toMatchObject({ inFlight: [], total: CLIENTS, failed: 0, cancelled: 0 })
})

test('what the queue cannot take is refused at once', async () => {
  bridge = await startBridge({ config: { minIdle: 1, maxSize: 1, maxQueue: 8 } })
  bridge.upstream.answer(stall(['x ']))
  const clients = new AbortController()
  const send = (stream: boolean) => bridge.chat({ messages: [{ role: 'user', content: 'hi' }], stream }, { signal: clients.signal })
  const accepted = [send(true)]
  await until(() => bridge.upstream.calls.length === 1)
  for (let index = 0; index < 8; index++) accepted.push(send(true))
  await until(async () => (await bridge.status()).engine.pool.queued === 8)

  const refusals = await Promise.all(
    [false, true, false].map(async (stream) => {
      const start = performance.now()
      const response = await send(stream)
      return { response, elapsed: performance.now() - start }
    }),
  )
  console.log(`429 for an overloaded bridge after ${refusals.map(({ elapsed }) => `${elapsed.toFixed(1)} ms`).join(', ')}`)
  for (const { response } of refusals) {
    expect(response.status).toBe(429)
    expect(Number(response.headers.get('retry-after'))).toBeGreaterThanOrEqual(1)
    expect(await response.json()).toMatchObject({ error: { type: 'rate_limit_error', code: 'bridge_overloaded' } })
  }
  // None had to wait for one of those before it.
  expect((await bridge.status()).engine.pool).toMatchObject({ acquired: 1, queued: 8, counters: { rejected: 3 } })

  // And those that wait can leave the queue.
  clients.abort()
  await Promise.allSettled(accepted)
  await until(async () => (await bridge.status()).engine.pool.queued === 0)
  expect(bridge.upstream.calls).toHaveLength(1)
})
