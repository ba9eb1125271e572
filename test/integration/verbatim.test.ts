import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { type Bridge, startBridge } from '../support/bridge.ts'
import { type ClientBody, publishedAnswers, type RecordedWire, recordedBodies } from '../support/recorded-clients.ts'
import type { Script } from '../support/upstream.ts'

/** What real clients send reaches a provider of their format as they wrote it, and its answer comes back as it is. */

let bridge: Bridge

beforeAll(async () => {
  bridge = await startBridge({ config: { engine: 'serve' }, providers })
})
afterAll(() => bridge.close())
beforeEach(() => {
  bridge.upstream.calls.length = 0
})

/** A provider for each format, all of which are the same upstream. */
function providers(url: string): Record<string, object> {
  const kinds = ['text', 'image', 'pdf', 'audio']
  const models = { model: { modalities: { input: kinds, output: ['text'] }, limit: { context: 1_000_000, output: 64_000 } } }
  const provider = (npm: string) => ({ npm, options: { baseURL: url, apiKey: 'k' }, models })
  return {
    chat: provider('@ai-sdk/openai-compatible'),
    responses: provider('@ai-sdk/openai'),
    messages: provider('@ai-sdk/anthropic'),
    gemini: provider('@ai-sdk/google'),
  }
}

/** Sends a body as its client did, but for the model. */
async function send({ wire, path, headers, body }: ClientBody): Promise<{ response: Response; text: string }> {
  const model = `${wire}/model`
  const text = wire === 'gemini' ? body : body.replace(MODEL, (_, before: string) => `${before}"${model}"`)
  const address = wire === 'gemini' ? path.replace(/^.*models\/[^:]+/, `/v1beta/models/${model}`) : path
  const response = await fetch(bridge.url + address, { method: 'POST', headers: { 'content-type': 'application/json', ...headers }, body: text })
  return { response, text }
}

const MODEL = /("model"\s*:\s*)"(?:[^"\\]|\\.)*"/

/** Whether it asks for something that the bridge has a part in: several answers, or what was kept by whom it was sent to. */
function isOurs({ body }: ClientBody): boolean {
  const { n, previous_response_id, conversation, prompt, thread, input } = JSON.parse(body)
  return n > 1 || [previous_response_id, conversation, prompt, thread].some((kept) => kept != null) || JSON.stringify(input ?? '').includes('"item_reference"')
}

/** Plays a stream in pieces that have nothing to do with its events. */
function play(bytes: Buffer): Script {
  return async ({ response }) => {
    response.writeHead(200, { 'content-type': 'text/event-stream' })
    for (let start = 0; start < bytes.length; start += 97) {
      response.write(bytes.subarray(start, start + 97))
      if (start % 970 === 0) await new Promise((resolve) => setImmediate(resolve))
    }
    response.end()
  }
}

/** One that goes on to its end. */
const WHOLE: Record<RecordedWire, string> = {
  chat: 'chat-openai-parallel-calls',
  responses: 'responses-reasoning-calls',
  messages: 'messages-thinking-calls',
  gemini: 'gemini-thinking-calls',
}

/** The recordings have one text for every token of a provider's; what one model made, another would not get back. */
const answerFor = (wire: RecordedWire) => {
  const { bytes } = publishedAnswers.find(({ name }) => name === WHOLE[wire])!
  return Buffer.from(bytes.toString('latin1').replaceAll(/c2VhbGVk[\w+/=]+/g, `${wire}-token`), 'latin1')
}

describe('bodies of real clients', () => {
  test('are sixty and more, of all four formats', () => {
    expect(recordedBodies.length).toBeGreaterThanOrEqual(60)
    expect(new Set(recordedBodies.map(({ wire }) => wire)).size).toBe(4)
  })

  test.each(recordedBodies.filter((recorded) => !isOurs(recorded)))('$client $name', async (recorded) => {
    bridge.upstream.answer(play(answerFor(recorded.wire)))
    const { response, text } = await send(recorded)
    const answer = await response.text()
    expect(response.status, answer).toBe(200)
    expect(response.headers.get('x-bridge-lane')).toBe('verbatim')
    const [call, ...others] = bridge.upstream.calls
    expect(others).toEqual([])
    // To the letter, the model's name aside.
    const named = recorded.wire === 'gemini' ? text : text.replace(MODEL, (_, before: string) => `${before}"model"`)
    // OpenAI refuses a list of no tools.
    const expected = recorded.wire === 'chat' ? named.replace(/\s*"tools"\s*:\s*\[\s*\],?/, '') : named
    const { stream, stream_options: wishes } = JSON.parse(text)
    const isSilent = recorded.wire === 'chat' && stream === true && wishes === undefined
    // The bridge wants to know what a stream used.
    expect(call!.text).toBe(isSilent ? expected.replace('{', '{"stream_options":{"include_usage":true},') : expected)
  })
})

describe('streams of real providers', () => {
  test.each(publishedAnswers)('$name', async ({ wire, bytes }) => {
    bridge.upstream.answer(play(bytes))
    const recorded = recordedBodies.find(
      (body) => body.wire === wire && (wire === 'gemini' ? body.path.includes('alt=sse') : JSON.parse(body.body).stream === true),
    )!
    const { response } = await send(recorded)
    expect(response.status).toBe(200)
    expect(Buffer.from(await response.arrayBuffer()).equals(bytes)).toBe(true)
  })
})
