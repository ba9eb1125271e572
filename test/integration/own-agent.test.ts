import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { type Bridge, startBridge } from '../support/bridge.ts'
import { inTurn, say, stream } from '../support/upstream.ts'

/** A user whose own opencode allows everything. */
const generous = { '*': 'allow', bash: 'allow' }
const ownConfig = {
  $schema: 'https://opencode.ai/config.json',
  permission: generous,
  agent: { mine: { mode: 'primary', prompt: 'Mine.', permission: generous, temperature: 0.25 } },
}

let bridge: Bridge
beforeAll(async () => {
  bridge = await startBridge({
    models: { model: { temperature: true } },
    config: { agent: 'mine', agentPermissions: { todowrite: 'allow' }, minIdle: 1 },
    prepare: (home) => {
      mkdirSync(join(home, '.config/opencode'), { recursive: true })
      writeFileSync(join(home, '.config/opencode/opencode.json'), JSON.stringify(ownConfig))
    },
  })
})
afterAll(() => bridge.close())
beforeEach(() => {
  bridge.upstream.calls.length = 0
})

const messages = [{ role: 'user', content: 'Do it.' }]

test('an ordinary request under an agent of opencode’s has what the owner allows, whatever the user’s configuration does', async () => {
  const call = stream(
    [{ tool_calls: [{ index: 0, id: 'call_1', type: 'function', function: { name: 'bash', arguments: '{"command":"id","description":"x"}' } }] }],
    {
      finishReason: 'tool_calls',
    },
  )
  bridge.upstream.answer(inTurn(call, say('done')))
  const response = await bridge.chat({ messages })
  expect([response.status, await response.text()]).toEqual([200, expect.stringContaining('done')])
  const offered = (bridge.upstream.calls[0]!.body.tools as { function: { name: string } }[]).map((tool) => tool.function.name)
  expect(offered).toContain('todowrite')
  expect(offered).not.toContain('bash')
  // The model that calls it all the same is told that there is no such tool.
  expect(bridge.upstream.calls.map(({ text }) => text).join()).not.toMatch(/uid=\d/)
})

test('carries what the client limits, and the agent’s own where it says nothing', async () => {
  bridge.upstream.answer(say('ok'))
  await (await bridge.chat({ messages, max_tokens: 77, temperature: 0.5 })).text()
  expect(bridge.upstream.calls[0]!.body).toMatchObject({ max_tokens: 77, temperature: 0.5 })
  await (await bridge.chat({ messages })).text()
  expect(bridge.upstream.calls[1]!.body).toMatchObject({ temperature: 0.25 })
})
