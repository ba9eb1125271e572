import { expect, it } from 'vitest'
import { boundedBody } from '../../src/plugin/bounded-body.ts'
import { MAX_BACKLOG } from '../../src/plugin/contract.ts'

const PIECE = new Uint8Array(1024 * 1024)

/** A body that gives piece after piece without end; `given` counts them. */
function endless(): { body: ReadableStream<Uint8Array>; given(): number } {
  let given = 0
  const body = new ReadableStream<Uint8Array>({
    async pull(controller) {
      given++
      controller.enqueue(PIECE)
      await new Promise(setImmediate)
    },
  })
  return { body, given: () => given }
}

it('passes everything on to who reads', async () => {
  const text = 'one, two, three'.repeat(10_000)
  const passed = boundedBody(new Response(text).body!, () => expect.unreachable())
  expect(await new Response(passed).text()).toBe(text)
})

it('ends where more waits than may', async () => {
  const { body, given } = endless()
  let told: Error | undefined
  const reader = boundedBody(body, (error) => (told = error)).getReader()
  await expect.poll(() => told).toBeDefined()
  expect(given()).toBeLessThan(MAX_BACKLOG / PIECE.length + 5)
  await expect(
    (async () => {
      while (!(await reader.read()).done);
    })(),
  ).rejects.toThrow('32 MB of it were waiting')
})

it('goes on for as long as its reader takes what comes', async () => {
  const { body } = endless()
  const reader = boundedBody(body, () => expect.unreachable()).getReader()
  for (let taken = 0; taken < 2 * MAX_BACKLOG;) taken += (await reader.read()).value!.length
  await reader.cancel()
})

it('tells of a connection that breaks', async () => {
  const body = new ReadableStream<Uint8Array>({
    pull: (controller) => controller.error(new Error('reset')),
  })
  await expect(new Response(boundedBody(body, () => expect.unreachable())).text()).rejects.toThrow('reset')
})
