import { readFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import Anthropic from '@anthropic-ai/sdk'
import OpenAI from 'openai'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { AnswerEvent } from '../../src/core/answer-event.ts'
import type { Prompt } from '../../src/core/prompt.ts'
import { responses } from '../../src/protocols/responses/index.ts'
import { createSearch, type SearchKind } from '../../src/search/services.ts'
import { type TestApp, testApp } from './test-app.ts'

const PAGE = 'https://weather.example/rome'
const HITS = [
  { title: 'Rome today', url: PAGE, content: 'Sunny, 24 degrees.', description: 'Sunny, 24 degrees.' },
  { title: 'Rome', url: 'https://else.example/rome', content: 'A city.', description: 'A city.' },
]

/** A search service on loopback, in the forms of all three. */
const searches: { url: string; headers: Record<string, unknown>; body: string }[] = []
let status = 200
const server = createServer(async (request, response) => {
  searches.push({ url: request.url!, headers: request.headers, body: await text(request) })
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify({ results: HITS, web: { results: HITS } }))
})
let url: string

beforeAll(async () => {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
})
afterAll(() => server.close())
beforeEach(() => {
  searches.length = 0
  status = 200
})

const USAGE = { input: 10, output: 5, cachedInput: 0, cacheWrites: 0, reasoning: 0 }
const call = (index: number, name: string, args: object): AnswerEvent[] => [
  { type: 'tool-call-start', index, id: `call_${index}`, name },
  { type: 'tool-call-delta', index, arguments: JSON.stringify(args) },
]
const ANSWER = `It is sunny: [Rome today](${PAGE}).`

/** A model that searches once and then says what it found. */
async function* searching({ messages }: Prompt): AsyncGenerator<AnswerEvent> {
  const result = messages.findLast(({ role }) => role === 'tool')
  if (result === undefined) {
    yield { type: 'text-delta', text: 'I look.' }
    yield* call(0, 'web_search', { query: 'rome weather' })
    yield { type: 'finish', reason: 'tool-calls', usage: USAGE }
    return
  }
  yield { type: 'text-delta', text: result.role === 'tool' && result.isError ? 'I could not search.' : ANSWER }
  yield { type: 'finish', reason: 'stop', usage: USAGE }
}

/** An app whose model searches, in strict mode. */
function searchApp(kind: SearchKind = 'searxng'): TestApp {
  const app = testApp({ strict: true }, undefined, undefined, undefined, { search: createSearch({ kind, url, key: 'the-key', fetch }) })
  app.engine.script = searching
  return app
}

const through = ({ app }: TestApp) => (async (address: any, init: any) => app.request(String(address), init)) as typeof fetch
const openai = (app: TestApp) => new OpenAI({ apiKey: 'any', baseURL: 'http://127.0.0.1:4141/v1', fetch: through(app), maxRetries: 0 })
const anthropic = (app: TestApp) => new Anthropic({ apiKey: 'any', baseURL: 'http://127.0.0.1:4141', fetch: through(app), maxRetries: 0 })

const MODEL = 'openai/gpt-5'
const question = { model: MODEL, input: 'How is it in Rome?', tools: [{ type: 'web_search' as const }] }
const asked: Anthropic.MessageCreateParamsNonStreaming = {
  model: MODEL,
  max_tokens: 100,
  messages: [{ role: 'user', content: 'How is it in Rome?' }],
  tools: [{ type: 'web_search_20250305', name: 'web_search', max_uses: 3 }],
}

/** What the model was asked the second time: one conversation with a call and its result. */
function expectHistory({ engine }: TestApp): void {
  expect(engine.prompts).toHaveLength(2)
  const [first, second] = engine.prompts as [Prompt, Prompt]
  expect(first.tools).toMatchObject([{ name: 'web_search' }])
  expect(second.messages.slice(0, first.messages.length)).toEqual(first.messages)
  expect(second.messages.slice(first.messages.length)).toMatchObject([
    {
      role: 'assistant',
      parts: [
        { type: 'text', text: 'I look.' },
        { type: 'tool-call', id: 'call_0', name: 'web_search' },
      ],
    },
    { role: 'tool', toolCallId: 'call_0', content: [{ type: 'text', text: expect.stringContaining(`[Rome today](${PAGE})\nSunny, 24 degrees.`) }] },
  ])
}

describe('the openai package', () => {
  const cited = { type: 'url_citation', url: PAGE, title: 'Rome today', start_index: 13, end_index: ANSWER.length - 1 }

  test('gets a cited answer', async () => {
    const app = searchApp()
    const response = await openai(app).responses.create(question)
    expect(response.output).toMatchObject([
      { type: 'message', content: [{ text: 'I look.', annotations: [] }] },
      { type: 'web_search_call', status: 'completed', action: { type: 'search', query: 'rome weather', sources: [{ url: PAGE }, {}] } },
      { type: 'message', content: [{ text: ANSWER, annotations: [cited] }] },
    ])
    expect(response.usage).toMatchObject({ input_tokens: 20, output_tokens: 10 })
    expect(searches.map((search) => search.url)).toEqual(['/search?q=rome+weather&format=json'])
    expectHistory(app)
  })

  test('gets it in a stream', async () => {
    const app = searchApp()
    const stream = openai(app).responses.stream(question)
    const types: string[] = []
    for await (const { type } of stream) types.push(type.replace('response.', ''))
    expect(types.filter((type) => /search|annotation|completed/.test(type))).toEqual([
      'web_search_call.in_progress',
      'web_search_call.searching',
      'web_search_call.completed',
      'output_text.annotation.added',
      'completed',
    ])
    expect((await stream.finalResponse()).output.at(-1)).toMatchObject({ content: [{ text: ANSWER, annotations: [cited] }] })
    expectHistory(app)
  })

  test('goes on with what it got, by its id and by its items', async () => {
    const app = searchApp()
    const client = openai(app)
    const { id, output } = await client.responses.create(question)
    app.engine.script = async function* () {
      yield { type: 'text-delta', text: 'Yes.' }
      yield { type: 'finish', reason: 'stop', usage: USAGE }
    }
    const tools = question.tools
    for (const more of [
      { previous_response_id: id, input: 'Sure?' },
      { input: [{ role: 'user' as const, content: 'How?' }, ...output, { role: 'user' as const, content: 'Sure?' }] },
    ]) {
      app.engine.prompts.length = 0
      expect((await client.responses.create({ model: MODEL, tools, ...more } as OpenAI.Responses.ResponseCreateParamsNonStreaming)).output_text).toBe('Yes.')
      expect(app.engine.prompts[0]!.messages.map(({ role }) => role)).not.toContain('tool')
    }
  })

  test.each(['required' as const, { type: 'web_search_preview' as const }])('may demand one: %j', async (tool_choice) => {
    const app = searchApp()
    await openai(app).responses.create({ ...question, tool_choice })
    expect(app.engine.prompts[0]!.toolChoice).toMatchObject({ type: tool_choice === 'required' ? 'required' : 'tool' })
    expect(app.engine.prompts[1]!.toolChoice).toEqual({ type: 'auto' })
  })

  test('gets an answer where the search fails', async () => {
    status = 500
    const app = searchApp()
    const { output, output_text: said } = await openai(app).responses.create(question)
    expect(said).toContain('I could not search.')
    expect(output[1]).toMatchObject({ type: 'web_search_call', status: 'failed' })
    expect(app.engine.prompts[1]!.messages.at(-1)).toMatchObject({
      role: 'tool',
      isError: true,
      content: [{ text: 'The search failed: it answered with the status 500.' }],
    })
  })
})

describe('the anthropic package', () => {
  const location = { type: 'web_search_result_location', url: PAGE, title: 'Rome today', cited_text: 'Sunny, 24 degrees.' }
  const content = (id: unknown) => [
    { type: 'text', text: 'I look.' },
    { type: 'server_tool_use', id, name: 'web_search', input: { query: 'rome weather' } },
    { type: 'web_search_tool_result', tool_use_id: id, content: [{ type: 'web_search_result', url: PAGE, title: 'Rome today' }, {}] },
    { type: 'text', text: ANSWER, citations: [location] },
  ]

  test.each([false, true])('gets a cited answer (streamed: %j)', async (streamed) => {
    const app = searchApp()
    const { messages } = anthropic(app)
    const message = streamed ? await messages.stream(asked).finalMessage() : await messages.create(asked)
    const use = message.content[1] as { id: string }
    expect(use.id).toMatch(/^srvtoolu_/)
    expect(message.content).toMatchObject(content(use.id))
    expect(message).toMatchObject({ stop_reason: 'end_turn', usage: { output_tokens: 10 } })
    expectHistory(app)
    // The next turn has all of it in its history, in strict mode.
    const next = [...asked.messages, { role: 'assistant' as const, content: message.content }, { role: 'user' as const, content: 'Sure?' }]
    app.engine.script = async function* () {
      yield { type: 'finish', reason: 'stop', usage: USAGE }
    }
    await messages.create({ ...asked, messages: next as Anthropic.MessageParam[] })
    expect(app.engine.prompts.at(-1)!.messages.map(({ role }) => role)).toEqual(['user', 'assistant', 'user'])
  })

  test('gets an answer where the search fails', async () => {
    status = 500
    const { content: blocks } = await anthropic(searchApp()).messages.create(asked)
    expect(blocks[2]).toMatchObject({ type: 'web_search_tool_result', content: { type: 'web_search_tool_result_error', error_code: 'unavailable' } })
    expect(blocks.at(-1)).toMatchObject({ text: 'I could not search.' })
  })

  test('may say how often, and which pages', async () => {
    const app = searchApp()
    app.engine.script = async function* ({ toolChoice }) {
      if (toolChoice.type === 'none') yield* searching({ messages: [{ role: 'tool' }] } as Prompt)
      else {
        yield* call(0, 'web_search', { query: 'more' })
        yield { type: 'finish', reason: 'tool-calls', usage: USAGE }
      }
    }
    const tools = [
      { type: 'web_search_20250305' as const, name: 'web_search' as const, max_uses: 2, allowed_domains: ['example'], blocked_domains: ['else.example'] },
    ]
    const { content: blocks } = await anthropic(app).messages.create({ ...asked, tools })
    expect(searches).toHaveLength(2)
    expect(blocks[1]).toMatchObject({ content: [{ url: PAGE }] })
    expect((blocks[1] as any).content).toHaveLength(1)
    expect(app.engine.prompts.at(-1)!.messages.at(-1)).toMatchObject({ isError: true, content: [{ text: expect.stringContaining('no more searches') }] })
  })

  test.each([{ type: 'tool' as const, name: 'web_search' }, { type: 'any' as const }])('may demand one: %j', async (tool_choice) => {
    const app = searchApp()
    await anthropic(app).messages.create({ ...asked, tool_choice })
    expect(app.engine.prompts.map(({ toolChoice }) => toolChoice)).toEqual([
      tool_choice.type === 'any' ? { type: 'required' } : { type: 'tool', name: 'web_search' },
      { type: 'auto' },
    ])
  })

  test('runs its own tool first where the model calls both', async () => {
    const app = searchApp()
    app.engine.script = async function* () {
      yield* call(0, 'web_search', { query: 'x' })
      yield* call(1, 'clock', { city: 'Rome' })
      yield { type: 'finish', reason: 'tool-calls', usage: USAGE }
    }
    const tools = [...asked.tools!, { name: 'clock', input_schema: { type: 'object' as const } }]
    const message = await anthropic(app).messages.create({ ...asked, tools })
    expect(message).toMatchObject({ stop_reason: 'tool_use', content: [{ type: 'tool_use', name: 'clock', input: { city: 'Rome' } }] })
    expect(searches).toEqual([])
  })
})

test.each<[SearchKind, object]>([
  ['searxng', { url: '/search?q=rome+weather&format=json', headers: { authorization: 'Bearer the-key' } }],
  ['brave', { url: '/web/search?q=rome+weather&count=16', headers: { 'x-subscription-token': 'the-key' } }],
  ['tavily', { url: '/search', headers: { authorization: 'Bearer the-key' } }],
])('%s is asked in its own form', async (kind, expected) => {
  const { output_text: said } = await openai(searchApp(kind)).responses.create(question)
  expect(said).toContain(ANSWER)
  expect(searches).toMatchObject([expected])
  if (kind === 'tavily') expect(JSON.parse(searches[0]!.body)).toMatchObject({ query: 'rome weather' })
})

test('what Codex sends is not refused for its search', () => {
  const { body } = JSON.parse(readFileSync(new URL('../fixtures/clients/codex/web-search.json', import.meta.url), 'utf8'))
  const sent = typeof body === 'string' ? JSON.parse(body) : body
  const ignoredOf = (searches: boolean) =>
    responses.decode(sent, { resolveModel: () => MODEL, hosted: searches ? ['search'] : [] }).ignored.filter((name) => name.includes('web_search'))
  expect(ignoredOf(false)).not.toEqual([])
  expect(ignoredOf(true).filter((name) => !responses.hints.includes(name))).toEqual([])
})

test('without a service all is as it was', async () => {
  const app = testApp()
  app.engine.script = searching
  const { data, response } = await openai(app).responses.create(question).withResponse()
  expect(response.headers.get('x-bridge-ignored')).toBe('tools.web_search')
  expect(app.engine.prompts[0]!.tools).toEqual([])
  expect(data.output.map(({ type }) => type)).not.toContain('web_search_call')
})
