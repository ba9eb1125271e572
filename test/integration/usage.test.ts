import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { type Bridge, contentOf, parseFrames, startBridge } from '../support/bridge.ts'
import { say, type Script, stream, USAGE } from '../support/upstream.ts'

let bridge: Bridge

beforeAll(async () => {
  bridge = await startBridge({ config: { minIdle: 1, maxSize: 3 } })
})
afterAll(() => bridge.close())
beforeEach(() => {
  bridge.upstream.calls.length = 0
})

const messages = [{ role: 'user', content: 'hi' }]
const tools = [{ type: 'function', function: { name: 'weather' } }]
const calling = stream([{ tool_calls: [{ index: 0, id: 'call_1', type: 'function', function: { name: 'weather', arguments: '{}' } }] }], {
  finishReason: 'tool_calls',
})
const thinking = stream([{ reasoning_content: 'Let me ' }, { reasoning_content: 'think.' }, { content: 'Done.' }])

/** One answer, plain and streamed. */
async function ask(script: Script, fields: object = {}): Promise<{ choice: any; usage: any; frames: any[] }> {
  bridge.upstream.answer(script)
  const [plain, streamed] = await Promise.all([
    bridge.chat({ messages, ...fields }),
    bridge.chat({ messages, ...fields, stream: true, stream_options: { include_usage: true } }),
  ])
  const body = (await plain.json()) as any
  const frames = parseFrames(await streamed.text())
  const { usage } = frames.at(-2)
  expect(usage).toEqual(body.usage)
  expect(frames.findLast((frame) => frame.choices?.[0]?.finish_reason).choices[0].finish_reason).toBe(body.choices[0].finish_reason)
  return { choice: body.choices[0], usage, frames }
}

describe('usage, plain and streamed, is the provider’s', () => {
  test.each<[string, Script, object]>([
    ['of text', say('ok'), {}],
    ['of reasoning', thinking, {}],
    ['of a tool call', calling, { tools }],
    ['of an answer that was cut', say('ok', { finishReason: 'length' }), {}],
  ])('%s', async (_name, script, fields) => {
    expect((await ask(script, fields)).usage).toEqual(USAGE)
  })

  test('without details', async () => {
    const plain: Script = ({ response, body }) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' })
      const chunk = { id: 'x', object: 'chat.completion.chunk', created: 1, model: body.model }
      response.write(`data: ${JSON.stringify({ ...chunk, choices: [{ index: 0, delta: { content: 'ok' }, finish_reason: 'stop' }] })}\n\n`)
      response.end(
        `data: ${JSON.stringify({ ...chunk, choices: [], usage: { prompt_tokens: 7, completion_tokens: 3, total_tokens: 10 } })}\n\ndata: [DONE]\n\n`,
      )
    }
    expect((await ask(plain)).usage).toEqual({
      prompt_tokens: 7,
      completion_tokens: 3,
      total_tokens: 10,
      prompt_tokens_details: { cached_tokens: 0 },
      completion_tokens_details: { reasoning_tokens: 0 },
    })
  })
})

describe('finish reason, plain and streamed', () => {
  test.each<[string, Script, object, string | null]>([
    ['stop', say('ok'), {}, 'ok'],
    ['length', say('ok', { finishReason: 'length' }), {}, 'ok'],
    ['tool_calls', calling, { tools }, null],
    ['content_filter', say('so f', { finishReason: 'content_filter' }), {}, 'so f'],
  ])('%s', async (reason, script, fields, content) => {
    const { choice } = await ask(script, fields)
    expect(choice.finish_reason).toBe(reason)
    expect(choice.message.content).toBe(content)
  })
})

test('reasoning is apart from the text, by the names that clients know', async () => {
  const { choice, frames } = await ask(thinking)
  expect(choice.message).toMatchObject({
    content: 'Done.',
    reasoning_content: 'Let me think.',
    reasoning: 'Let me think.',
    reasoning_details: [{ type: 'reasoning.text', text: 'Let me think.', index: 0 }],
  })
  expect(contentOf(frames)).toBe('Done.')
  const deltas = frames.flatMap((frame) => frame.choices?.[0]?.delta ?? [])
  for (const field of ['reasoning_content', 'reasoning']) expect(deltas.map((delta) => delta[field] ?? '').join('')).toBe('Let me think.')
  expect(
    deltas
      .flatMap((delta) => delta.reasoning_details ?? [])
      .map(({ text }) => text)
      .join(''),
  ).toBe('Let me think.')
})
