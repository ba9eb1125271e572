import { createServer, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import Anthropic from '@anthropic-ai/sdk'
import { useAgent } from 'request-filtering-agent'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { AnswerEvent } from '../../src/core/answer-event.ts'
import type { Prompt, ToolMessage } from '../../src/core/prompt.ts'
import { model } from './fake-engine.ts'
import { type TestApp, testApp } from './test-app.ts'

const HTML = `<!doctype html><html><head><title>Rome &amp; more</title><style>p { color: red }</style><script>alert('x')</script></head>
<body><nav>Menu</nav><h1>Weather</h1><p>It is sunny in <b>Rome</b>, at 24 degrees.</p><p>See <a href="/next">tomorrow</a>.</p></body></html>`
const PDF = Buffer.from('%PDF-1.4 x')

/** Pages on loopback, which stands for the web. */
const asked: string[] = []
const pages: Record<string, RequestListener> = {
  '/rome': (_, response) => response.writeHead(200, { 'content-type': 'text/html; charset=utf-8' }).end(HTML),
  '/next': (_, response) => response.writeHead(200, { 'content-type': 'text/plain' }).end('Tomorrow it rains.'),
  '/latin': (_, response) => response.writeHead(200, { 'content-type': 'text/html' }).end(Buffer.from('<meta charset="iso-8859-1"><p>Caffè', 'latin1')),
  '/long': (_, response) => response.writeHead(200, { 'content-type': 'text/plain' }).end('word '.repeat(1000)),
  '/pdf': (_, response) => response.writeHead(200, { 'content-type': 'application/pdf' }).end(PDF),
  '/image': (_, response) => response.writeHead(200, { 'content-type': 'image/png' }).end('x'),
  '/empty': (_, response) => response.writeHead(200, { 'content-type': 'text/html' }).end('<script>render()</script>'),
  '/busy': (_, response) => response.writeHead(429).end(),
  '/moved': (_, response) => response.writeHead(302, { location: '/rome' }).end(),
  '/leaves': (request, response) => response.writeHead(302, { location: `http://127.0.0.2:${request.socket.localPort}/rome` }).end(),
}
const server = createServer((request, response) => {
  asked.push(request.url!)
  const page = pages[request.url!]
  if (page) page(request, response)
  else response.writeHead(404).end()
})
let site: string

beforeAll(async () => {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  site = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
})
afterAll(() => server.close())
beforeEach(() => {
  asked.length = 0
})

const USAGE = { input: 10, output: 5, cachedInput: 0, cacheWrites: 0, reasoning: 0 }

/** A model that fetches these, one after the other, and then answers. */
function fetching(urls: readonly unknown[], answer = 'Done.') {
  return async function* ({ messages, toolChoice }: Prompt): AsyncGenerator<AnswerEvent> {
    const url = urls[messages.filter(({ role }) => role === 'tool').length]
    if (url === undefined || toolChoice.type === 'none') {
      yield { type: 'text-delta', text: answer }
      yield { type: 'finish', reason: 'stop', usage: USAGE }
      return
    }
    yield { type: 'tool-call-start', index: 0, id: `call_${messages.length}`, name: 'web_fetch' }
    yield { type: 'tool-call-delta', index: 0, arguments: JSON.stringify({ url }) }
    yield { type: 'finish', reason: 'tool-calls', usage: USAGE }
  }
}

/** An app that fetches, in strict mode, and for which 127.0.0.1 is public. */
function fetchApp(urls: readonly unknown[], answer?: string): TestApp {
  const agentFor = (url: string) => useAgent(url, { allowIPAddressList: ['127.0.0.1'] })
  const app = testApp({ strict: true, allowRemoteFiles: true }, undefined, undefined, undefined, { agentFor })
  app.engine.script = fetching(urls, answer)
  return app
}

const MODEL = 'openai/gpt-5'
const client = ({ app }: TestApp) =>
  new Anthropic({
    apiKey: 'any',
    baseURL: 'http://127.0.0.1:4141',
    fetch: (async (address: any, init: any) => app.request(String(address), init)) as typeof fetch,
    maxRetries: 0,
  })

type FetchTool = Partial<Anthropic.WebFetchTool20250910>
const question = (text: string, tool: FetchTool = {}): Anthropic.MessageCreateParamsNonStreaming => ({
  model: MODEL,
  max_tokens: 100,
  messages: [{ role: 'user', content: text }],
  tools: [{ type: 'web_fetch_20250910', name: 'web_fetch', ...tool }],
})
const ask = (app: TestApp, text: string, tool?: FetchTool) => client(app).messages.create(question(text, tool))

/** What came of each fetch. */
const resultsOf = ({ content }: Anthropic.Message) => content.flatMap((block) => (block.type === 'web_fetch_tool_result' ? [block.content] : []))
const toldOf = ({ engine }: TestApp) => engine.prompts.at(-1)!.messages.filter(({ role }) => role === 'tool') as ToolMessage[]

describe('a page of which the client speaks', () => {
  test.each([false, true])('is fetched for the model (streamed: %j)', async (streamed) => {
    const quote = 'It is sunny in Rome, at 24 degrees.'
    const app = fetchApp([`${site}/rome`], `The page says "${quote}"`)
    const body = question(`What does ${site}/rome say?`, { citations: { enabled: true } })
    const { messages } = client(app)
    const message = streamed ? await messages.stream(body).finalMessage() : await messages.create(body)
    const id = (message.content[0] as { id: string }).id
    expect(id).toMatch(/^srvtoolu_/)
    const page = ((message.content[1] as Anthropic.WebFetchToolResultBlock).content as Anthropic.WebFetchBlock).content
    const data = (page.source as Anthropic.PlainTextSource).data
    const start = data.indexOf(quote)
    expect(start).toBeGreaterThan(0)
    expect(message.content).toMatchObject([
      { type: 'server_tool_use', id, name: 'web_fetch', input: { url: `${site}/rome` } },
      {
        type: 'web_fetch_tool_result',
        tool_use_id: id,
        content: {
          type: 'web_fetch_result',
          url: `${site}/rome`,
          retrieved_at: expect.stringMatching(/^\d{4}-\d\d-\d\dT.*Z$/),
          content: { type: 'document', source: { type: 'text', media_type: 'text/plain' }, title: 'Rome & more', citations: { enabled: true } },
        },
      },
      {
        type: 'text',
        citations: [
          {
            type: 'char_location',
            cited_text: quote,
            document_index: 0,
            document_title: 'Rome & more',
            start_char_index: start,
            end_char_index: start + quote.length,
          },
        ],
      },
    ])
    expect(data).toBe(`Weather\n\nIt is sunny in Rome, at 24 degrees.\n\nSee tomorrow [${site}/next].`)
    expect(message).toMatchObject({ stop_reason: 'end_turn', usage: { output_tokens: 10, server_tool_use: { web_fetch_requests: 1, web_search_requests: 0 } } })
    const [first, second] = app.engine.prompts as [Prompt, Prompt]
    expect(first.tools).toMatchObject([{ name: 'web_fetch' }])
    expect(second.messages).toMatchObject([
      ...first.messages,
      { role: 'assistant', parts: [{ type: 'tool-call', name: 'web_fetch' }] },
      { role: 'tool', content: [{ type: 'text', text: expect.stringContaining(data) }] },
    ])
    // The next turn has all of it in its history, in strict mode, and may fetch what the page links to.
    app.engine.script = fetching([`${site}/next`])
    const next = await messages.create({
      ...body,
      messages: [
        ...body.messages,
        { role: 'assistant', content: message.content as Anthropic.ContentBlockParam[] },
        { role: 'user', content: 'And tomorrow?' },
      ],
    })
    expect(resultsOf(next)).toMatchObject([{ content: { source: { data: 'Tomorrow it rains.' }, title: null, citations: { enabled: true } } }])
  })

  test('may lead to those that it links to, and to others by a redirect', async () => {
    const app = fetchApp([`${site}/moved`, `${site}/next`])
    expect(resultsOf(await ask(app, `See ${site}/moved.`))).toMatchObject([{ url: `${site}/rome` }, { url: `${site}/next` }])
    expect(asked).toEqual(['/moved', '/rome', '/next'])
  })

  test('may be in another encoding', async () => {
    const [result] = resultsOf(await ask(fetchApp([`${site}/latin`]), `(${site}/latin)`))
    expect(result).toMatchObject({ content: { source: { data: 'Caffè' } } })
  })

  test('may be long, of which the client says how much', async () => {
    const app = fetchApp([`${site}/long`])
    const [result] = resultsOf(await ask(app, `${site}/long`, { max_content_tokens: 10 }))
    expect(result).toMatchObject({ content: { source: { data: 'word '.repeat(8) } } })
    expect(JSON.stringify(toldOf(app))).not.toContain('word '.repeat(9))
  })

  test('may be a PDF, for a model that reads it', async () => {
    const app = fetchApp([`${site}/pdf`])
    app.engine.list = [{ ...model(MODEL), input: { image: true, pdf: true, audio: false } }]
    const data = PDF.toString('base64')
    expect(resultsOf(await ask(app, `${site}/pdf`))).toMatchObject([{ content: { source: { type: 'base64', media_type: 'application/pdf', data } } }])
    expect(toldOf(app)[0]!.content).toMatchObject([{ type: 'text' }, { type: 'file', mediaType: 'application/pdf', data }])
  })

  test('is demanded where the client demands it, once', async () => {
    const app = fetchApp([`${site}/rome`])
    await client(app).messages.create({ ...question(`${site}/rome`), tool_choice: { type: 'tool', name: 'web_fetch' } })
    expect(app.engine.prompts.map(({ toolChoice }) => toolChoice)).toEqual([{ type: 'tool', name: 'web_fetch' }, { type: 'auto' }])
  })
})

describe('what is not fetched is an error of the tool', () => {
  test.each<[string, string, string, FetchTool?]>([
    ['an address of the model’s own making', 'https://evil.example/?secret=42', 'url_not_in_prior_context'],
    ['one that goes on behind one of the conversation', 'SITE/rome?secret=42', 'url_not_in_prior_context'],
    ['one that only begins like it', 'SITE/', 'url_not_in_prior_context'],
    ['no address', 'rome', 'invalid_tool_input'],
    ['a long one', `SITE/${'x'.repeat(250)}`, 'url_too_long'],
    ['a file', 'file:///etc/passwd', 'url_not_allowed'],
    ['a domain that is not among those allowed', 'SITE/rome', 'url_not_allowed', { allowed_domains: ['example.com'] }],
    ['one that is blocked', 'SITE/rome', 'url_not_allowed', { blocked_domains: ['127.0.0.1/rome'] }],
    ['a redirect to such a one', 'SITE/leaves', 'url_not_allowed', { allowed_domains: ['127.0.0.1'] }],
    ['a redirect to this machine', 'SITE/leaves', 'url_not_accessible'],
    ['this machine', 'http://localhost:1/', 'url_not_accessible'],
    ['what is not there', 'SITE/none', 'url_not_accessible'],
    ['a server that is asked too often', 'SITE/busy', 'too_many_requests'],
    ['an image', 'SITE/image', 'unsupported_content_type'],
    ['a PDF for a model that reads none', 'SITE/pdf', 'unsupported_content_type'],
    ['a page without a text', 'SITE/empty', 'unsupported_content_type'],
  ])('%s', async (_, wanted, error_code, tool) => {
    const app = fetchApp([wanted.replace('SITE', site)])
    const known = ['rome', 'leaves', 'none', 'busy', 'image', 'pdf', 'empty'].map((path) => `${site}/${path}`)
    const message = await ask(app, `Look at ${known.join(' or ')} or http://localhost:1/`, tool)
    expect(resultsOf(message)).toEqual([{ type: 'web_fetch_tool_result_error', error_code }])
    expect(message.content.at(-1)).toMatchObject({ text: 'Done.' })
    expect(toldOf(app)).toMatchObject([{ isError: true }])
    if (/context|invalid|long/.test(error_code)) expect(asked).toEqual([])
  })

  test('more than the client allows', async () => {
    const app = fetchApp([`${site}/rome`, `${site}/rome`, `${site}/rome`])
    const results = resultsOf(await ask(app, `${site}/rome`, { max_uses: 1 }))
    expect(results).toMatchObject([{ type: 'web_fetch_result' }, { error_code: 'max_uses_exceeded' }])
    expect(asked).toEqual(['/rome'])
  })

  test('in a stream, too', async () => {
    const message = await client(fetchApp([`${site}/none`]))
      .messages.stream(question(`${site}/none`))
      .finalMessage()
    expect(resultsOf(message)).toEqual([{ type: 'web_fetch_tool_result_error', error_code: 'url_not_accessible' }])
    expect(message.content.at(-1)).toMatchObject({ text: 'Done.' })
  })
})

test('what the model said before does not make an address known', async () => {
  const app = fetchApp([`${site}/rome`])
  const message = await client(app).messages.create({
    ...question('Hi'),
    messages: [
      { role: 'user', content: 'Hi' },
      { role: 'assistant', content: `See ${site}/rome` },
      { role: 'user', content: 'Go on.' },
    ],
  })
  expect(resultsOf(message)).toMatchObject([{ error_code: 'url_not_in_prior_context' }])
})

test('searches and pages go together: what was found may be fetched, and each has its own number', async () => {
  const app = fetchApp([])
  const found = { title: 'Rome', url: `${site}/rome`, text: 'Weather' }
  const both = testApp({ strict: true, allowRemoteFiles: true }, undefined, undefined, undefined, {
    agentFor: (url) => useAgent(url, { allowIPAddressList: ['127.0.0.1'] }),
    search: { search: async () => [found] },
  })
  both.engine.script = async function* ({ messages, toolChoice }) {
    const results = messages.filter(({ role }) => role === 'tool').length
    if (results < 3 && toolChoice.type !== 'none') {
      const [name, args] = results < 2 ? ['web_search', { query: 'rome' }] : ['web_fetch', { url: found.url }]
      yield { type: 'tool-call-start', index: 0, id: `call_${results}`, name: name as string }
      yield { type: 'tool-call-delta', index: 0, arguments: JSON.stringify(args) }
      yield { type: 'finish', reason: 'tool-calls', usage: USAGE }
      return
    }
    yield* app.engine.script({ messages: [], toolChoice } as unknown as Prompt, {} as never) as AsyncIterable<AnswerEvent>
  }
  const tools = [...question('').tools!, { type: 'web_search_20250305' as const, name: 'web_search' as const, max_uses: 1 }]
  const message = await client(both).messages.create({ ...question('How is it in Rome?'), tools })
  expect(message.content.map(({ type }) => type)).toEqual([
    'server_tool_use',
    'web_search_tool_result',
    'server_tool_use',
    'web_search_tool_result',
    'server_tool_use',
    'web_fetch_tool_result',
    'text',
  ])
  expect(resultsOf(message)).toMatchObject([{ type: 'web_fetch_result', url: found.url }])
  expect(message.usage.server_tool_use).toEqual({ web_search_requests: 2, web_fetch_requests: 1 })
})

describe('it is not run', () => {
  test('without allowRemoteFiles', async () => {
    const app = testApp()
    app.engine.script = fetching([])
    const { response } = await client(app)
      .messages.create(question(`${site}/rome`))
      .withResponse()
    expect(response.headers.get('x-bridge-ignored')).toBe('tools.web_fetch_20250910')
    expect(app.engine.prompts[0]!.tools).toEqual([])
  })

  test('for a provider of the format, which gets the body as it is', async () => {
    const app = fetchApp([])
    app.engine.wire = 'messages'
    const body = question(`${site}/rome`)
    const { response } = await client(app).messages.create(body).withResponse()
    expect(response.headers.get('x-bridge-lane')).toBe('verbatim')
    expect(JSON.parse(app.engine.calls[0]!.body as string).tools).toEqual(body.tools)
    expect(asked).toEqual([])
  })
})
