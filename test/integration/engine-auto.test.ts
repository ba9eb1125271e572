import { expect, test } from 'vitest'
import { startBridge, until } from '../support/bridge.ts'
import { say } from '../support/upstream.ts'

test('a process stays a client’s while it has only called providers, and is replaced after a session', async () => {
  const bridge = await startBridge({ config: { engine: 'auto' } })
  try {
    bridge.upstream.answer(say('hello'))
    const ask = async (headers: Record<string, string> = {}) => {
      const body = JSON.stringify({ model: 'test/model', messages: [{ role: 'user', content: 'Hi.' }] })
      const answer = await fetch(`${bridge.url}/v1/chat/completions`, { method: 'POST', headers: { 'content-type': 'application/json', ...headers }, body })
      expect(await answer.json()).toMatchObject({ choices: [{ message: { content: 'hello' } }] })
      return answer.headers.get('x-bridge-engine')
    }
    const processes = async () => (await bridge.status()).engine.processes as { pid: number; fresh: boolean; state: string }[]
    const [first] = await processes()
    for (let question = 0; question < 3; question++) expect(await ask()).toBe('run')
    expect(await processes()).toMatchObject([{ pid: first!.pid, fresh: true }])

    // Another's; nobody can tell what the process was for.
    expect(await ask({ authorization: 'Bearer another' })).toBe('serve')
    expect(await processes()).toMatchObject([{ pid: first!.pid, fresh: false }])
    await until(async () => (await processes()).every(({ pid, state }) => pid !== first!.pid && state === 'idle'), 60_000)

    const [second] = await processes()
    expect(second).toMatchObject({ fresh: true })
    expect(await ask({ 'x-bridge-lane': 'session' })).toBe('run')
    expect(await processes()).toMatchObject([{ pid: second!.pid, fresh: false }])
  } finally {
    await bridge.close()
  }
})
