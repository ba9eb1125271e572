import { describe, expect, it } from 'vitest'
import type { AnswerEvent } from '../../src/core/answer-event.ts'
import { parseFrames } from '../support/bridge.ts'
import { say } from './fake-engine.ts'
import { testApp, type TestApp } from './test-app.ts'

const MODEL = 'openai/gpt-5'
const NOVEL = 'It was the best of times, it was the worst of times. '

const post = ({ app }: TestApp, path: string, body: object, headers: Record<string, string> = {}) =>
  app.request(path, { method: 'POST', headers: { 'content-type': 'application/json', ...headers }, body: JSON.stringify(body) })

/** The usage at the beginning and at the end of a streamed message. */
async function usagesOf(app: TestApp, body: object, headers?: Record<string, string>): Promise<{ first: any; last: any }> {
  const events = parseFrames(await (await post(app, '/v1/messages', { model: MODEL, max_tokens: 10, ...body, stream: true }, headers)).text())
  const find = (type: string) => events.find((event) => event.type === type)
  return { first: find('message_start').message.usage, last: find('message_delta').usage }
}

const tools = [{ name: 'get_weather', description: 'The weather of a city', input_schema: { type: 'object', properties: { city: { type: 'string' } } } }]

describe('the usage at the beginning of a streamed message', () => {
  it.each<[string, object]>([
    ['a word', { messages: [{ role: 'user', content: 'Hi' }] }],
    ['a system prompt and tools', { system: NOVEL.repeat(20), tools, messages: [{ role: 'user', content: 'Hi' }] }],
    [
      'a history with calls and their results',
      {
        tools,
        messages: [
          { role: 'user', content: [{ type: 'text', text: 'And in Paris?' }] },
          { role: 'assistant', content: [{ type: 'tool_use', id: 'toolu_1', name: 'get_weather', input: { city: 'Paris' } }] },
          { role: 'user', content: [{ type: 'tool_result', tool_use_id: 'toolu_1', content: NOVEL }] },
        ],
      },
    ],
  ])('is the estimate that is told for %s', async (_, body) => {
    const app = testApp()
    const { input_tokens: estimate } = (await (await post(app, '/v1/messages/count_tokens', { model: MODEL, ...body })).json()) as { input_tokens: number }
    const { first, last } = await usagesOf(app, body)
    expect(first).toMatchObject({ input_tokens: estimate, output_tokens: 0 })
    expect(estimate).toBeGreaterThan(0)
    expect(last).toMatchObject({ input_tokens: 7, cache_read_input_tokens: 3, output_tokens: 4 })
  })

  it('is close to it for a long conversation', async () => {
    const app = testApp({ maxBodyBytes: 1_000_000 })
    const body = {
      system: NOVEL.repeat(200),
      messages: [{ role: 'user', content: [{ type: 'text', text: JSON.stringify(Array.from({ length: 5000 }, (_, id) => ({ id, half: id / 2 }))) }] }],
    }
    const { input_tokens: estimate } = (await (await post(app, '/v1/messages/count_tokens', { model: MODEL, ...body })).json()) as { input_tokens: number }
    const { first } = await usagesOf(app, body)
    expect(Math.abs(first.input_tokens / estimate - 1)).toBeLessThan(0.2)
  })

  it('is that of a named conversation with what came before', async () => {
    const app = testApp()
    const headers = { 'x-bridge-session': 'holiday' }
    const ask = (content: string) => usagesOf(app, { messages: [{ role: 'user', content }] }, headers)
    const { first } = await ask(NOVEL.repeat(50))
    const { first: second } = await ask('Hi')
    expect(second.input_tokens).toBeGreaterThan(first.input_tokens)
  })

  it('stands to the end where the provider tells none', async () => {
    const app = testApp()
    app.engine.script = async function* (): AsyncGenerator<AnswerEvent> {
      for await (const event of say('Hello')) yield event.type === 'finish' ? { ...event, usage: undefined } : event
    }
    const { first, last } = await usagesOf(app, { messages: [{ role: 'user', content: NOVEL }] })
    expect(first.input_tokens).toBeGreaterThan(5)
    expect(last).toMatchObject({ input_tokens: first.input_tokens, output_tokens: 0 })
  })
})
