import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type Bridge, startBridge, until } from '../support/bridge.ts'
import { makeFolder } from '../support/place.ts'
import { inTurn, say, stream } from '../support/upstream.ts'

/** What the setting `redact` finds reaches no provider, whichever way a request takes. */

const CARD = '4111111111111111'
let bridge: Bridge
const folder = makeFolder('ocb-redaction-')

beforeAll(async () => {
  writeFileSync(join(folder, 'card.txt'), `The card is ${CARD}.`)
  bridge = await startBridge({
    config: {
      engine: 'serve',
      minIdle: 0,
      redact: [{ pattern: String.raw`\b4\d{15}\b`, replacement: '[card]' }],
      agentDirectory: folder,
      agentPermissions: { read: 'allow' },
    },
  })
})
afterAll(async () => {
  await bridge.close()
  rmSync(folder, { recursive: true })
})
beforeEach(() => {
  bridge.upstream.calls.length = 0
  bridge.records.length = 0
  bridge.upstream.answer(say('Done.'))
})

const messages = [
  { role: 'system', content: `Never say ${CARD}.` },
  { role: 'user', content: 'Look it up.' },
  { role: 'assistant', content: null, tool_calls: [{ id: 'call_1', type: 'function', function: { name: 'find', arguments: `{"card":"${CARD}"}` } }] },
  { role: 'tool', tool_call_id: 'call_1', content: `${CARD} is blocked` },
]
const tools = [{ type: 'function', function: { name: 'find', parameters: { type: 'object', properties: {} } } }]

test.each(['verbatim', 'translated', 'session'])('in the lane %s', async (lane) => {
  const response = await bridge.chat(
    {},
    {
      body: JSON.stringify({ model: 'test/model', messages, tools }),
      headers: { 'content-type': 'application/json', 'x-bridge-lane': lane },
    },
  )
  expect(response.status, await response.clone().text()).toBe(200)
  expect(response.headers.get('x-bridge-lane')).toBe(lane)
  const [call] = bridge.upstream.calls
  expect(call!.text).not.toContain(CARD)
  expect(call!.text.split('[card]')).toHaveLength(4)
  expect(call!.body.messages.at(-1)).toMatchObject({ role: 'tool', tool_call_id: 'call_1' })
  await until(() => bridge.records.length > 0)
  expect(bridge.records[0]).toMatchObject({ redacted: 3, attempts: [{ redacted: 3, lane }] })
  expect(bridge.logged.at(-1)).toContain('  3 redacted  ')
})

test('a request without a match passes as it is, and is not counted', async () => {
  await (await bridge.chat({ messages: messages.slice(1, 2) })).json()
  await until(() => bridge.records.length > 0)
  expect(bridge.records[0]).not.toHaveProperty('redacted')
})

test('nor what an agent of opencode reads by itself', async () => {
  const path = join(folder, 'card.txt')
  bridge.upstream.answer(
    inTurn(
      stream([{ tool_calls: [{ index: 0, id: 'call_1', type: 'function', function: { name: 'read', arguments: JSON.stringify({ filePath: path }) } }] }], {
        finishReason: 'tool_calls',
      }),
      say('Done.'),
    ),
  )
  const post = (at: string, body: unknown) =>
    fetch(bridge.url + at, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }).then((response) => response.json())
  const { id } = (await post('/session', { title: 'a test' })) as { id: string }
  await post(`/session/${id}/message`, { parts: [{ type: 'text', text: `My card is ${CARD}.` }] })
  await until(() => bridge.upstream.calls.length === 2)
  const told = bridge.upstream.calls.map(({ text }) => text).join('\n')
  expect(['My card is [card].', 'The card is [card].', CARD].map((words) => told.includes(words))).toEqual([true, true, false])
})
