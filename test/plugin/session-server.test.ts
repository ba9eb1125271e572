import { expect, test } from 'vitest'
import type { PluginInput } from '@opencode-ai/plugin'
import { type Envelope, PROTOCOL_VERSION } from '../../src/plugin/contract.ts'
import { SessionServer } from '../../src/plugin/session-server.ts'
import { BridgeState } from '../../src/plugin/state.ts'
import { until } from '../support/until.ts'

const envelope = (id: string) => ({ id, model: { providerID: 'a', modelID: 'b' }, messages: [], tools: [], parameters: {} }) as unknown as Envelope

/** Sessions whose prompt ends when it is told to. */
function sessions() {
  const prompts: (() => void)[] = []
  const aborted: string[] = []
  let count = 0
  const session = {
    create: async () => ({ data: { id: `ses_${count++}` } }),
    prompt: () => new Promise<void>((resolve) => prompts.push(resolve)),
    delete: async () => {},
    abort: async ({ path }: { path: { id: string } }) => void aborted.push(path.id),
  }
  const state = new BridgeState({ protocol: PROTOCOL_VERSION, task: 'resident', agent: 'x', bare: true })
  return { server: new SessionServer(state, { session } as unknown as PluginInput['client']), prompts, aborted, state }
}

test('an abort that crosses the end of its request leaves nothing behind, and ends no later one', async () => {
  const { server, prompts, aborted, state } = sessions()
  const first = server.serve(envelope('same'))
  await until(() => prompts.length === 1)
  prompts[0]!()
  await first
  server.abort('same')
  server.abort('never there')
  const second = server.serve(envelope('same'))
  await until(() => prompts.length === 2)
  expect(aborted).toEqual([])
  server.abort('same')
  expect(aborted).toEqual(['ses_1'])
  prompts[1]!()
  await second
  expect(state.requests.size).toBe(0)
})
