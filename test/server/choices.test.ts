import { describe, expect, it } from 'vitest'
import { BridgeError } from '../../src/core/errors.ts'
import type { DaemonStatus } from '../../src/server/status.ts'
import { hang, say } from './fake-engine.ts'
import { errorOf, framesOf, hello, testApp } from './test-app.ts'
import { until } from '../support/until.ts'

const three = { ...hello, n: 3 }

describe('several choices', () => {
  it('are as many generations at once', async () => {
    const { chat, engine, get } = testApp()
    const requestIds: string[] = []
    engine.script = async function* (_, { requestId }) {
      const mine = requestIds.push(requestId) - 1
      // Each waits for all.
      await until(() => requestIds.length === 3)
      yield* say(`answer ${mine}`)
    }
    const response = await chat(three, { headers: { 'x-request-id': 'mine' } })
    expect(await response.json()).toMatchObject({
      choices: [0, 1, 2].map((index) => ({ index, message: { content: `answer ${index}` }, finish_reason: 'stop' })),
      usage: { prompt_tokens: 10, completion_tokens: 12, total_tokens: 22 },
    })
    expect(requestIds).toEqual(['mine.0', 'mine.1', 'mine.2'])
    const status = (await (await get('/status')).json()) as DaemonStatus
    expect(status.requests).toMatchObject({ total: 1, failed: 0, cancelled: 0 })
  })

  it('are streamed side by side, with one end', async () => {
    const { chat, engine } = testApp()
    let begun = 0
    const said: string[] = []
    engine.script = async function* () {
      const mine = begun++
      for (const word of ['a', 'b']) {
        said.push(word)
        yield { type: 'text-delta', text: `${word}${mine}` }
        await until(() => said.filter((other) => other === word).length === 3)
      }
      yield* say('!')
    }
    const frames = await framesOf(await chat({ ...three, stream: true, stream_options: { include_usage: true } }))
    expect(frames.pop()).toBe('data: [DONE]')
    const chunks = frames.map((frame) => JSON.parse(frame.slice('data: '.length)))
    expect(chunks.pop()).toMatchObject({ choices: [], usage: { prompt_tokens: 10, completion_tokens: 12 } })
    const texts = chunks.map((chunk) => chunk.choices[0].delta.content).filter(Boolean)
    expect(texts.slice(0, 6)).toEqual(['a0', 'a1', 'a2', 'b0', 'b1', 'b2'])
    expect(
      chunks
        .filter((chunk) => chunk.choices[0].finish_reason)
        .map((chunk) => chunk.choices[0].index)
        .toSorted(),
    ).toEqual([0, 1, 2])
  })

  it('fail together when one fails', async () => {
    const { chat, engine, records } = testApp()
    let aborted = 0
    let begun = 0
    engine.script = (prompt, options) => {
      if (++begun < 3) return hang(() => aborted++)(prompt, options)
      throw new BridgeError('No.', { code: 'rate_limit_exceeded', status: 429 })
    }
    engine.script = ((script) =>
      async function* (prompt, options) {
        yield* script(prompt, options)
      })(engine.script)
    const response = await chat(three)
    expect(response.status).toBe(429)
    expect((await errorOf(response)).code).toBe('rate_limit_exceeded')
    await until(() => aborted === 2 && records.length === 1)
    expect(records[0]).toMatchObject({ outcome: { type: 'error', code: 'rate_limit_exceeded' } })
  })

  it('end together when the client goes away', async () => {
    const { chat, engine, records } = testApp()
    let aborted = 0
    engine.script = hang(() => aborted++, [{ type: 'text-delta', text: 'Hel' }])
    const response = await chat({ ...three, stream: true })
    const reader = response.body!.getReader()
    await reader.read()
    await reader.cancel()
    await until(() => aborted === 3 && records.length === 1)
    expect(records[0]).toMatchObject({ outcome: { type: 'cancelled' } })
  })
})
