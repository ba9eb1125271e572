import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import { GoogleGenAI } from '@google/genai'
import { Ollama } from 'ollama'
import OpenAI from 'openai'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { ProviderBlock } from '../../src/providers/block.ts'
import { Providers } from '../../src/providers/providers.ts'
import { Redactor } from '../../src/redaction/redactor.ts'
import { until } from '../support/until.ts'
import { type TestApp, testApp } from './test-app.ts'

/** A server with embeddings in the forms of OpenAI and of Google, and what it was sent. */
const calls: { path: string; headers: Record<string, unknown>; body: any }[] = []
let refusal: { status: number; body: string } | undefined
const server = createServer(async (request, response) => {
  const body = JSON.parse((await text(request)) || '{}')
  calls.push({ path: request.url!, headers: request.headers, body })
  const { status, body: said } = refusal ?? { status: 200, body: JSON.stringify(answerTo(body)) }
  response.writeHead(status, { 'content-type': 'application/json' }).end(said)
})

/** Each text's length, and its place. Those of OpenAI's come in the wrong order, as they may. */
function answerTo(body: any): object {
  if (body.requests) return { embeddings: body.requests.map(({ content }: any, index: number) => ({ values: [content.parts[0].text.length, index] })) }
  const data = [body.input].flat().map((input: any, index: number) => ({ object: 'embedding', index, embedding: [input.length, index] }))
  return { object: 'list', data: data.toReversed(), model: body.model, usage: { prompt_tokens: 7, total_tokens: 7 } }
}

let root: string
let bridge: TestApp
const providers: Providers[] = []

beforeAll(async () => {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  root = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  bridge = bridgeWith({ local: {}, google: { kind: 'gemini' }, claude: { kind: 'anthropic' }, few: { allowedModels: ['embed-*'] } })
})
afterAll(() => {
  for (const each of providers) each.close()
  server.close()
})
beforeEach(() => {
  calls.length = 0
  refusal = undefined
})

function bridgeWith(blocks: Record<string, Partial<ProviderBlock>>, redactor?: Redactor): TestApp {
  const whole = Object.entries(blocks).map(([id, block]): ProviderBlock => {
    const common = { deployments: {}, headers: {}, query: {}, stream: true, toolCallFormat: 'auto', models: {} } as const
    return { ...common, id, kind: 'openai', baseUrl: `${root}/v1`, credential: { from: 'env', name: 'KEY' }, ...block }
  })
  const made = new Providers({ blocks: whole, env: { KEY: 'the-key', HOME: '/nowhere' }, log: { warn: () => {} }, fetch, parameters: () => undefined })
  providers.push(made)
  return testApp({ aliases: { vectors: ['local/embed-1'] } }, undefined, undefined, undefined, { embedders: made.embedders(), ...(redactor && { redactor }) })
}

const through = (async (url: any, init: any) => bridge.app.request(String(url instanceof Request ? url.url : url), init)) as typeof fetch
const openai = new OpenAI({ apiKey: 'any', baseURL: 'http://127.0.0.1:4141/v1', fetch: through, maxRetries: 0 })
const ollama = new Ollama({ host: 'http://127.0.0.1:4141', fetch: through })

describe('the openai package', () => {
  test('gets vectors, in its own encoding and as numbers', async () => {
    const { data, usage } = await openai.embeddings.create({ model: 'local/embed-1', input: ['one', 'three'], dimensions: 2, user: 'u' })
    expect(data.map(({ embedding }) => embedding)).toEqual([
      [3, 0],
      [5, 1],
    ])
    expect(usage).toEqual({ prompt_tokens: 7, total_tokens: 7 })
    expect(calls).toMatchObject([{ path: '/v1/embeddings', headers: { authorization: 'Bearer the-key' } }])
    expect(calls[0]!.body).toEqual({ model: 'embed-1', input: ['one', 'three'], encoding_format: 'float', dimensions: 2, user: 'u' })
    const floats = await openai.embeddings.create({ model: 'vectors', input: 'four', encoding_format: 'float' })
    expect(floats.data[0]!.embedding).toEqual([4, 0])
  })

  test('may send tokens', async () => {
    await openai.embeddings.create({ model: 'local/embed-1', input: [1, 2, 3] })
    expect(calls[0]!.body.input).toEqual([[1, 2, 3]])
    await expect(openai.embeddings.create({ model: 'google/embed-1', input: [1, 2, 3] })).rejects.toMatchObject({ status: 400, param: 'input' })
  })

  test('gets the error of the server', async () => {
    refusal = { status: 429, body: '{"error":{"message":"Slow down."}}' }
    await expect(openai.embeddings.create({ model: 'local/embed-1', input: 'a' })).rejects.toMatchObject({
      status: 429,
      message: expect.stringContaining('Slow down.'),
    })
    refusal = { status: 200, body: '<html>' }
    await expect(openai.embeddings.create({ model: 'local/embed-1', input: 'a' })).rejects.toMatchObject({ status: 502 })
    refusal = { status: 200, body: '{"data":[]}' }
    await expect(openai.embeddings.create({ model: 'local/embed-1', input: 'a' })).rejects.toMatchObject({ status: 502 })
  })
})

test('the ollama package gets vectors', async () => {
  expect(await ollama.embed({ model: 'local/embed-1', input: ['one', 'three'] })).toEqual({
    model: 'local/embed-1',
    embeddings: [
      [3, 0],
      [5, 1],
    ],
    prompt_eval_count: 7,
  })
  expect(await ollama.embeddings({ model: 'local/embed-1', prompt: 'one' })).toEqual({ embedding: [3, 0] })
})

test('Google’s form is asked of its servers, and answered', async () => {
  const post = async (action: string, body: object) =>
    (
      await bridge.app.request(`/v1beta/models/google/embed-1:${action}`, {
        method: 'POST',
        body: JSON.stringify(body),
        headers: { 'content-type': 'application/json' },
      })
    ).json()
  const content = { parts: [{ text: 'one' }] }
  expect(await post('embedContent', { content, taskType: 'RETRIEVAL_QUERY', output_dimensionality: 2 })).toEqual({ embedding: { values: [3, 0] } })
  expect(calls[0]).toMatchObject({ path: '/v1/models/embed-1:batchEmbedContents', headers: { 'x-goog-api-key': 'the-key' } })
  expect(calls[0]!.body).toEqual({ requests: [{ model: 'models/embed-1', content, taskType: 'RETRIEVAL_QUERY', outputDimensionality: 2 }] })
  expect(await post('batchEmbedContents', { requests: [{ content }, { content }] })).toEqual({ embeddings: [{ values: [3, 0] }, { values: [3, 1] }] })
  expect(await post('batchEmbedContents', { requests: [{ content }, { content, taskType: 'CLUSTERING' }] })).toMatchObject({
    error: { code: 400, message: expect.stringContaining('requests[1]') },
  })
})

test('the @google/genai package gets them of any server', async () => {
  const original = globalThis.fetch
  // The package takes no other; the bridge's own calls go on to the server.
  globalThis.fetch = ((url: any, init: any) => (String(url).startsWith(root) ? original : through)(url, init)) as typeof fetch
  try {
    const client = new GoogleGenAI({ apiKey: 'any', httpOptions: { baseUrl: 'http://127.0.0.1:4141' } })
    const { embeddings } = await client.models.embedContent({ model: 'local/embed-1', contents: ['one', 'three'] })
    expect(embeddings!.map(({ values }) => values)).toEqual([
      [3, 0],
      [5, 1],
    ])
  } finally {
    globalThis.fetch = original
  }
})

describe('a model', () => {
  test.each([
    ['openai/gpt-5', 400, 'unsupported_operation'],
    ['claude/embed-1', 400, 'invalid_value'],
    ['embed-1', 400, 'invalid_value'],
    ['few/other', 404, 'model_not_found'],
  ])('%s is refused', async (model, status, code) => {
    await expect(openai.embeddings.create({ model, input: 'a' })).rejects.toMatchObject({ status, code })
    expect(calls).toEqual([])
  })

  test('needs no name of its block where there is one only, also with a slash in it', async () => {
    const { app } = bridgeWith({ local: {} })
    for (const model of ['embed-1', 'BAAI/bge-m3']) {
      const response = await app.request('/v1/embeddings', {
        method: 'POST',
        body: JSON.stringify({ model, input: 'a' }),
        headers: { 'content-type': 'application/json' },
      })
      expect(response.status).toBe(200)
      expect(calls.at(-1)!.body.model).toBe(model)
    }
  })
})

test('a record has what was used', async () => {
  bridge.records.length = 0
  await openai.embeddings.create({ model: 'local/embed-1', input: 'one' })
  await until(() => bridge.records.length === 1)
  expect(bridge.records[0]).toMatchObject({
    route: '/v1/embeddings',
    model: 'local/embed-1',
    provider: 'local',
    usage: { input: 7 },
    outcome: { type: 'finished' },
  })
  refusal = { status: 500, body: '{}' }
  await openai.embeddings.create({ model: 'local/embed-1', input: 'one' }).catch(() => {})
  await until(() => bridge.records.length === 2)
  expect(bridge.records[1]).toMatchObject({ outcome: { type: 'error' } })
})

test('what is to be redacted is not sent', async () => {
  const { app } = bridgeWith({ local: {} }, new Redactor([{ pattern: 'secret-\\w+', replacement: '[gone]' }]))
  await app.request('/v1/embeddings', {
    method: 'POST',
    body: JSON.stringify({ model: 'embed-1', input: ['a secret-word', 'plain'] }),
    headers: { 'content-type': 'application/json' },
  })
  expect(calls[0]!.body.input).toEqual(['a [gone]', 'plain'])
})

test('needs a key where one is set', async () => {
  const { app } = testApp({ apiKeys: ['a-long-key'] })
  for (const path of ['/v1/embeddings', '/api/embed', '/v1beta/models/x:embedContent']) expect((await app.request(path, { method: 'POST' })).status).toBe(401)
})
