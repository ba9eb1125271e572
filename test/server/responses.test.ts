import OpenAI from 'openai'
import { zodResponsesFunction, zodTextFormat } from 'openai/helpers/zod'
import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { BridgeError } from '../../src/core/errors.ts'
import type { AnswerEvent } from '../../src/core/answer-event.ts'
import { hang, say } from './fake-engine.ts'
import { errorOf, type TestApp, testApp } from './test-app.ts'
import { until } from '../support/until.ts'
import { answered, result } from '../support/messages.ts'

interface Connection extends TestApp {
  client: OpenAI
  post(body: Record<string, unknown>): Promise<Response>
}

/** The official client, in front of the app without a port between them. */
function connect(): Connection {
  const app = testApp({ apiKeys: ['a-long-key'] })
  const send = async (path: string, init?: RequestInit): Promise<Response> => app.app.request(path, init)
  const client = new OpenAI({
    apiKey: 'a-long-key',
    baseURL: 'http://127.0.0.1:4141/v1',
    maxRetries: 0,
    fetch: (url, init) => send(url as string, init as RequestInit),
  })
  const headers = { 'content-type': 'application/json', authorization: 'Bearer a-long-key' }
  return { ...app, client, post: (body) => send('/v1/responses', { method: 'POST', headers, body: JSON.stringify(body) }) }
}

async function* play(...events: AnswerEvent[]): AsyncGenerator<AnswerEvent> {
  yield* events
}

const usage = { input: 1, output: 2, cachedInput: 0, cacheWrites: 0, reasoning: 0 }
const callEvents: AnswerEvent[] = [
  { type: 'reasoning-delta', text: 'Hm' },
  { type: 'tool-call-start', index: 0, id: 'call_1', name: 'weather' },
  { type: 'tool-call-delta', index: 0, arguments: '{"city":' },
  { type: 'tool-call-delta', index: 0, arguments: '"Rome"}' },
  { type: 'finish', reason: 'tool-calls', usage },
]
const model = 'openai/gpt-5'
const weather = zodResponsesFunction({ name: 'weather', parameters: z.object({ city: z.string() }) })

describe('the openai package', () => {
  it('reads a response', async () => {
    const { client, engine } = connect()
    const response = await client.responses.create({ model, input: 'Hi', instructions: 'Be brief.' })
    expect(response).toMatchObject({ status: 'completed', output_text: 'Hello', usage: { input_tokens: 10, output_tokens: 4, total_tokens: 14 } })
    expect(response._request_id).toMatch(/^req_/)
    expect(engine.prompts[0]).toMatchObject({ model, messages: [{ role: 'system', content: 'Be brief.' }, { role: 'user' }] })
  })

  it('reads a stream, and its end is what it read', async () => {
    const { client, engine } = connect()
    engine.script = () =>
      play(
        { type: 'reasoning-delta', text: 'Hm' },
        { type: 'text-delta', text: 'Hel' },
        { type: 'text-delta', text: 'lo' },
        { type: 'finish', reason: 'stop', usage },
      )
    const snapshots: string[] = []
    const stream = client.responses.stream({ model, input: 'Hi' })
    stream.on('response.output_text.delta', ({ snapshot }) => snapshots.push(snapshot))
    const response = await stream.finalResponse()
    expect(snapshots).toEqual(['Hel', 'Hello'])
    expect(response).toMatchObject({
      status: 'completed',
      output_text: 'Hello',
      output: [{ type: 'reasoning', summary: [{ text: 'Hm' }] }, { type: 'message' }],
    })
  })

  it('builds from the deltas what the last event has', async () => {
    const { client, engine } = connect()
    engine.script = () => play(...callEvents)
    const stream = client.responses.stream({ model, input: 'Weather?', tools: [weather] })
    const done = new Map<number, unknown>()
    let last: unknown
    for await (const event of stream) {
      if (event.type === 'response.output_item.done') done.set(event.output_index, event.item)
      if (event.type === 'response.completed') last = event.response.output
    }
    expect([...done.values()]).toEqual(last)
  })

  it('parses what zod describes', async () => {
    const { client, engine } = connect()
    engine.script = () => say('{"x":1}')
    const format = zodTextFormat(z.object({ x: z.number() }), 'point')
    const response = await client.responses.parse({ model, input: 'A point', text: { format } })
    expect(response.output_parsed).toEqual({ x: 1 })

    engine.script = () => play(...callEvents)
    const { output } = await client.responses.parse({ model, input: 'Weather?', tools: [weather] })
    expect(output.at(-1)).toMatchObject({ type: 'function_call', name: 'weather', parsed_arguments: { city: 'Rome' } })
  })

  it('answers calls behind a previous response', async () => {
    const { client, engine } = connect()
    engine.script = () => play(...callEvents)
    const first = await client.responses.create({ model, input: 'Weather in Rome?', tools: [weather], instructions: 'Old.' })
    engine.script = () => say('Sunny.')
    const second = await client.responses.create({
      model,
      previous_response_id: first.id,
      input: [{ type: 'function_call_output', call_id: 'call_1', output: 'sun' }],
    })
    expect(second).toMatchObject({ output_text: 'Sunny.', previous_response_id: first.id })
    expect(engine.prompts.at(-1)!.messages).toEqual([
      { role: 'user', content: [{ type: 'text', text: 'Weather in Rome?' }] },
      { ...answered('', { reasoning: 'Hm', calls: [{ id: 'call_1', name: 'weather', arguments: '{"city":"Rome"}' }] }), origin: model },
      result('call_1', 'sun'),
    ])

    await client.responses.delete(first.id)
    await client.responses.create({ model, previous_response_id: second.id, input: 'Thanks' })
    expect(engine.prompts.at(-1)!.messages).toHaveLength(5)
  })

  it('sends back the output of a response as input', async () => {
    const { client, engine } = connect()
    engine.script = () => play(...callEvents)
    const { output } = await client.responses.create({ model, input: 'Weather?', tools: [weather], store: false })
    engine.script = () => say('Sunny.')
    const input = [{ role: 'user', content: 'Weather?' }, ...output, { type: 'function_call_output', call_id: 'call_1', output: 'sun' }]
    const second = await client.responses.create({ model, input: input as OpenAI.Responses.ResponseInput })
    expect(second.output_text).toBe('Sunny.')
    expect(engine.prompts.at(-1)!.messages.map(({ role }) => role)).toEqual(['user', 'assistant', 'tool'])
  })

  it('throws for a stream that breaks, and finds the response as failed', async () => {
    const { client, engine } = connect()
    engine.script = async function* () {
      yield { type: 'text-delta', text: 'Hel' }
      throw new BridgeError('opencode died.', { code: 'process_failed', status: 502 })
    }
    let id = ''
    const stream = await client.responses.create({ model, input: 'Hi', stream: true })
    const read = async (): Promise<void> => {
      for await (const event of stream) if (event.type === 'response.created') id = event.response.id
    }
    await expect(read()).rejects.toThrow(expect.objectContaining({ code: 'process_failed', message: 'opencode died.' }))
    expect(await client.responses.retrieve(id)).toMatchObject({
      status: 'failed',
      error: { code: 'process_failed' },
      output: [{ status: 'incomplete', content: [{ text: 'Hel' }] }],
    })
  })

  it('has its own class for errors before the answer', async () => {
    const { client, engine } = connect()
    engine.script = () => {
      throw new BridgeError('No.', { code: 'rate_limit_exceeded', status: 429 })
    }
    await expect(client.responses.create({ model, input: 'Hi' })).rejects.toBeInstanceOf(OpenAI.RateLimitError)
    await expect(client.responses.create({ model, input: 'Hi', background: true })).rejects.toMatchObject({ status: 400, param: 'background' })
    await expect(client.responses.create({ model: 'none/such', input: 'Hi' })).rejects.toBeInstanceOf(OpenAI.NotFoundError)
    await expect(client.responses.create({ model, input: 'Hi', previous_response_id: 'resp_0' })).rejects.toMatchObject({
      status: 404,
      code: 'previous_response_not_found',
    })
  })
})

describe('kept responses', () => {
  it('can be retrieved and deleted', async () => {
    const { client } = connect()
    const response = await client.responses.create({ model, input: 'Hi', metadata: { a: 'b' } })
    const found = await client.responses.retrieve(response.id)
    expect(found).toMatchObject({ id: response.id, output: response.output, metadata: { a: 'b' }, output_text: 'Hello' })
    await client.responses.delete(response.id)
    await expect(client.responses.retrieve(response.id)).rejects.toMatchObject({ status: 404 })
    await expect(client.responses.delete(response.id)).rejects.toMatchObject({ status: 404 })
  })

  it('are none when they are not to be stored', async () => {
    const { client } = connect()
    const response = await client.responses.create({ model, input: 'Hi', store: false })
    expect(response).toMatchObject({ store: false })
    await expect(client.responses.retrieve(response.id)).rejects.toMatchObject({ status: 404 })
  })

  it('list their input in pages', async () => {
    const { client, get } = connect()
    const input = ['a', 'b', 'c'].map((content) => ({ role: 'user' as const, content }))
    const response = await client.responses.create({ model, input })
    const texts = async (query: { order?: 'asc'; limit?: number }): Promise<string[]> => {
      const found: string[] = []
      for await (const item of client.responses.inputItems.list(response.id, query)) {
        if (item.type === 'message') found.push(item.content.map((part) => ('text' in part ? part.text : '')).join(''))
      }
      return found
    }
    expect(await texts({})).toEqual(['c', 'b', 'a'])
    expect(await texts({ order: 'asc', limit: 2 })).toEqual(['a', 'b', 'c'])
    const headers = { authorization: 'Bearer a-long-key' }
    const page = await get(`/v1/responses/${response.id}/input_items?limit=2`, headers)
    expect(await page.json()).toMatchObject({ object: 'list', has_more: true, data: [{ id: expect.stringMatching(/^msg_/), status: 'completed' }, {}] })
    for (const query of ['limit=0', 'order=up', 'after=msg_0']) {
      expect((await get(`/v1/responses/${response.id}/input_items?${query}`, headers)).status).toBe(400)
    }
  })

  it('can be cancelled while they run', async () => {
    const { client, engine } = connect()
    let aborted = false
    engine.script = hang(() => (aborted = true), [{ type: 'text-delta', text: 'Hel' }])
    const stream = await client.responses.create({ model, input: 'Hi', stream: true })
    let id = ''
    const types: string[] = []
    const read = async (): Promise<void> => {
      for await (const event of stream) {
        types.push(event.type)
        if (event.type === 'response.created') id = event.response.id
        if (event.type !== 'response.output_text.delta') continue
        expect(await client.responses.retrieve(id)).toMatchObject({ status: 'in_progress' })
        expect(await client.responses.cancel(id)).toMatchObject({ status: 'cancelled' })
      }
    }
    await expect(read()).rejects.toMatchObject({ code: 'cancelled' })
    expect(aborted).toBe(true)
    expect(await client.responses.retrieve(id)).toMatchObject({ status: 'cancelled' })
    expect(await client.responses.cancel(id)).toMatchObject({ status: 'cancelled' })
  })

  it('cannot be cancelled when they are over', async () => {
    const { client } = connect()
    const { id } = await client.responses.create({ model, input: 'Hi' })
    await expect(client.responses.cancel(id)).rejects.toMatchObject({ status: 400 })
    await expect(client.responses.cancel('resp_0')).rejects.toMatchObject({ status: 404 })
  })

  it('are none of a client that hung up', async () => {
    const { client, engine, post } = connect()
    let aborted = false
    engine.script = hang(() => (aborted = true), [{ type: 'text-delta', text: 'Hel' }])
    const reader = (await post({ model, input: 'Hi', stream: true })).body!.getReader()
    const { value } = await reader.read()
    const id = /"id":"(resp_\w+)"/.exec(new TextDecoder().decode(value as Uint8Array))![1]!
    await reader.cancel()
    await until(() => aborted)
    await expect(client.responses.retrieve(id)).rejects.toMatchObject({ status: 404 })
  })

  it('cannot be streamed again', async () => {
    const { client } = connect()
    const { id } = await client.responses.create({ model, input: 'Hi' })
    await expect(client.responses.retrieve(id, { stream: true })).rejects.toMatchObject({ status: 400, param: 'stream' })
  })

  it('need a key like all else', async () => {
    const { get } = connect()
    expect((await get('/v1/responses/resp_0')).status).toBe(401)
  })
})

describe('hosted tools', () => {
  it('are left out with a notice, and refused when a call is demanded', async () => {
    const { post } = connect()
    const tools = [{ type: 'web_search' }]
    const offered = await post({ model, input: 'Hi', tools })
    expect(offered.status).toBe(200)
    expect(offered.headers.get('x-bridge-ignored')).toBe('tools.web_search')
    expect(await offered.json()).toMatchObject({ tools: [] })

    const demanded = await post({ model, input: 'Hi', tools, tool_choice: { type: 'web_search' } })
    expect(demanded.status).toBe(400)
    expect(await errorOf(demanded)).toMatchObject({ type: 'invalid_request_error', param: 'tool_choice', code: 'unsupported_value' })
  })
})
