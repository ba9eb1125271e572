import { describe, expect, it } from 'vitest'
import { BridgeError } from '../../src/core/errors.ts'
import type { AnswerEvent } from '../../src/core/answer-event.ts'
import type { AssistantMessage, Prompt } from '../../src/core/prompt.ts'
import { failAfter, model } from './fake-engine.ts'
import { hello, testApp } from './test-app.ts'

/** Clients that send back of an answer its text and its calls, and get the rest put back in its place. */

const MODEL = 'openai/gpt-5'
const tools = [{ type: 'function', function: { name: 'look', parameters: {} } }]
const messages = hello.messages
const call = { id: 'call_0', type: 'function', function: { name: 'look', arguments: '{}' } }

/** Thinks, and calls the tool. */
async function* think(value: string, origin = MODEL): AsyncGenerator<AnswerEvent> {
  yield { type: 'reasoning-delta', text: value }
  yield { type: 'part-token', part: 'reasoning', token: { kind: 'signature', value, origin } }
  yield { type: 'tool-call-start', index: 0, id: 'call_0', name: 'look' }
  yield { type: 'tool-call-delta', index: 0, arguments: '{}' }
  yield { type: 'finish', reason: 'tool-calls', usage: undefined }
}

const answered = [...messages, { role: 'assistant', content: null, tool_calls: [call] }, { role: 'tool', tool_call_id: 'call_0', content: 'R' }]
const thoughtIn = ({ messages: sent }: Prompt) =>
  sent.filter((message): message is AssistantMessage => message.role === 'assistant').map(({ parts }) => parts.map(({ token }) => token?.value))
const by = (key: string) => ({ headers: { authorization: `Bearer ${key}` } })

describe('an answer with calls', () => {
  it.each([false, true])('comes back whole, streamed: %s', async (stream) => {
    const { chat, engine } = testApp()
    engine.script = () => think('s1')
    await (await chat({ ...hello, tools, stream })).text()
    await (await chat({ ...hello, messages: answered, tools, stream })).text()
    expect(thoughtIn(engine.prompts[1]!)).toEqual([['s1', undefined]])
  })

  it('comes back to its own caller alone', async () => {
    const { chat, engine } = testApp({ apiKeys: ['key-of-one', 'key-of-two'] })
    for (const [key, token] of [
      ['key-of-one', 's1'],
      ['key-of-two', 's2'],
    ] as const) {
      engine.script = () => think(token)
      expect((await chat({ ...hello, tools }, by(key))).status).toBe(200)
    }
    for (const key of ['key-of-one', 'key-of-two']) await chat({ ...hello, messages: answered, tools }, by(key))
    expect(engine.prompts.slice(2).map(thoughtIn)).toEqual([[['s1', undefined]], [['s2', undefined]]])
  })

  it('comes back from the model that stood in for another', async () => {
    const { chat, engine } = testApp({ aliases: { both: ['openai/down', MODEL] } })
    engine.list.push(model('openai/down'))
    engine.script = ({ model: asked }) => (asked === MODEL ? think('s1') : failAfter(0, new BridgeError('Down.', { code: 'upstream_error', status: 503 })))
    await chat({ ...hello, model: 'both', tools })
    await chat({ ...hello, messages: answered, tools })
    expect(thoughtIn(engine.prompts.at(-1)!)).toEqual([['s1', undefined]])
  })

  it('is counted, as far as anything is kept', async () => {
    const { chat, engine, get } = testApp()
    engine.script = () => think('s1')
    const before = ((await (await get('/status')).json()) as any).reasoning
    await chat({ ...hello, tools })
    const { reasoning } = (await (await get('/status')).json()) as any
    expect([before, reasoning.entries]).toEqual([{ entries: 0, bytes: 0 }, 2])
    expect(reasoning.bytes).toBeGreaterThan(100)
  })
})

describe('a token in its vendor’s own field', () => {
  const thinking = {
    role: 'assistant',
    content: [
      { type: 'thinking', thinking: 's1', signature: 's1' },
      { type: 'text', text: 'So.' },
    ],
  }
  const body = { model: MODEL, max_tokens: 9, messages: [...messages, thinking, ...messages] }

  it('is known to be of whom it came from', async () => {
    const { app, chat, engine } = testApp()
    const post = (sent: object) => app.request('/v1/messages', { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(sent) })
    const origins = ({ messages: sent }: Prompt) =>
      sent.flatMap((message) => (message.role === 'assistant' ? message.parts.map(({ token }) => token?.origin) : []))
    await (await post(body)).text()
    engine.script = () => think('s1', 'p/other')
    await chat({ ...hello, tools })
    await (await post(body)).text()
    expect([origins(engine.prompts[0]!), origins(engine.prompts[2]!)]).toEqual([
      [undefined, undefined],
      [MODEL, undefined],
    ])
  })
})
