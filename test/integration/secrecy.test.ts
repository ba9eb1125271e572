import { afterAll, beforeAll, expect, test } from 'vitest'
import { randomUUID } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { type Bridge, PROVIDER_KEY, startBridge, until, waitForIdle } from '../support/bridge.ts'
import { busyProcesses, wordsInCommandLines } from '../support/processes.ts'
import { fail, say } from '../support/upstream.ts'

// Made up now, so that no other program can happen to hold them.
const PROMPT = `prompt-${randomUUID()}`
const ANSWER = `answer-${randomUUID()}`
const BRIDGE_KEY = `bridge-key-${randomUUID()}`
const MARKERS = [PROMPT, ANSWER, BRIDGE_KEY, PROVIDER_KEY]

let bridge: Bridge

beforeAll(async () => {
  bridge = await startBridge({ config: { apiKeys: [BRIDGE_KEY], minIdle: 1, maxSize: 2 } })
})
afterAll(() => bridge.close())

const body = {
  messages: [
    { role: 'system', content: `system ${PROMPT}` },
    { role: 'user', content: PROMPT },
  ],
}

test.runIf(process.platform === 'linux')('no process shows a prompt, an answer or a key in its arguments', async () => {
  bridge.upstream.answer(
    say(
      Array.from({ length: 20 }, () => ANSWER),
      { delay: 50 },
    ),
  )
  const answer = bridge.chat(body)
  await until(() => bridge.upstream.calls.length === 1)
  expect(await busyProcesses(bridge)).toHaveLength(1)
  // The scan does see the process: its title stands in its arguments.
  expect(wordsInCommandLines(['--title', ...MARKERS])).toEqual(['--title'])
  expect(scan()).toEqual([])
  expect((await answer).status).toBe(200)
  expect(bridge.upstream.calls[0]!.headers.authorization).toBe(`Bearer ${PROVIDER_KEY}`)
})

test('neither the log nor any file has them, whether the request succeeds, fails or is refused', async () => {
  await waitForIdle(bridge, 1)
  expect(await (await bridge.chat({ ...body, stream: true })).text()).toContain(ANSWER)
  await waitForIdle(bridge, 1)
  bridge.upstream.answer(fail(400, { message: `cannot read ${PROMPT}` }))
  expect((await bridge.chat(body)).status).toBe(400)
  expect((await bridge.chat({ messages: PROMPT })).status).toBe(400)
  expect((await bridge.chat(body, { headers: { 'content-type': 'application/json', authorization: `Bearer wrong-${BRIDGE_KEY}` } })).status).toBe(401)
  await waitForIdle(bridge, 1)

  expect(bridge.logged.filter((line) => line.includes('/v1/chat/completions')).length).toBeGreaterThanOrEqual(4)
  expect(bridge.logged.filter((line) => MARKERS.some((marker) => line.includes(marker)))).toEqual([])
  expect(scan()).toEqual([])
})

/** Files below the home, which is the runtime folder's place as well, that hold a marker. */
function scan(): string[] {
  return readdirSync(bridge.home, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .filter((file) => {
      const text = readFileSync(file, 'latin1')
      return MARKERS.some((marker) => text.includes(marker))
    })
}
