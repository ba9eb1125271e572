import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, expect, test, vi } from 'vitest'
import type { ProviderBlock } from '../../../src/providers/block.ts'
import { discoverModels } from '../../../src/providers/discovery/discover.ts'
import { Providers } from '../../../src/providers/providers.ts'
import { startCountingProxy } from '../../support/counting-proxy.ts'
import { outboundFetch } from '../../../src/system/outbound-fetch.ts'

const servers: Server[] = []
afterEach(() => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections()
    server.close()
  }
})

/** Answers with what stands at the path; what is undefined never answers. */
async function serve(answers: Record<string, unknown>): Promise<ProviderBlock> {
  const server = createServer((request, response) => {
    const answer = answers[request.url!]
    if (answer !== undefined) response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(answer))
    else if (!Object.hasOwn(answers, request.url!)) response.writeHead(404).end()
  })
  servers.push(server)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return blockAt(`http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`)
}

function blockAt(baseUrl: string, id = 'p'): ProviderBlock {
  return { id, kind: 'openai', baseUrl, deployments: {}, headers: {}, query: {}, stream: true, toolCallFormat: 'auto' }
}

const extras = { headers: {}, query: {} }
/** As TGI's `/v1/models` has it: the one model that it serves, which is its own owner. */
const tgi = { object: 'list', data: [{ id: 'org/model', object: 'model', created: 0, owned_by: 'org/model' }] }

test.each<[string, object | undefined, object]>([
  ['TGI', { max_input_tokens: 3072, max_total_tokens: 4096 }, { contextWindow: 4096, maxOutput: 1024 }],
  ['an older TGI', { max_input_length: 1024, max_total_tokens: 2048 }, { contextWindow: 2048, maxOutput: 1024 }],
  ['a TGI without a limit of its own for prompts', { max_input_tokens: 4095, max_total_tokens: 4096 }, { contextWindow: 4096 }],
  ['what only looks like TGI', { hello: 'there' }, {}],
])('%s', async (_name, info, limits) => {
  const block = await serve({ '/v1/models': tgi, '/info': info })
  const [model] = await discoverModels(block, { extras })
  const { id, contextWindow, maxOutput } = model!
  expect({ id, contextWindow, maxOutput }).toEqual({ id: 'org/model', contextWindow: undefined, maxOutput: undefined, ...limits })
})

const log = () => ({ warn: vi.fn() })
const env = {}

test('a provider that hangs keeps the start for no longer than its patience, and its models appear once it answers', async () => {
  const answers: Record<string, unknown> = { '/v1/models': undefined }
  let answer: (() => void) | undefined
  const server = createServer((_request, response) => {
    answer = () => void response.writeHead(200).end(JSON.stringify({ data: [{ id: 'late' }] }))
  })
  servers.push(server)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const quick = await serve({ ...answers, '/v1/models': { data: [{ id: 'early' }] } })
  const hanging = blockAt(`http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`, 'hanging')
  const providers = new Providers({ blocks: [quick, hanging], env, fetch, parameters: () => undefined, patience: 200, log: log() })
  const modelsOf = (id: string) => Object.keys((providers.config()[id] as { models: object }).models)
  await providers.start()
  expect([modelsOf('p'), modelsOf('hanging')]).toEqual([['early'], []])
  await expect.poll(() => answer).toBeDefined()
  answer!()
  await expect.poll(() => modelsOf('hanging')).toEqual(['late'])
  providers.close()
})

test('a proxy of the environment carries what is asked of a provider outside, and nothing of this machine', async () => {
  const proxy = await startCountingProxy()
  try {
    const inside = await serve({ '/v1/models': { data: [{ id: 'near' }] } })
    const through = outboundFetch({ HTTP_PROXY: proxy.url, HTTPS_PROXY: proxy.url, NO_PROXY: 'intranet.example' })
    expect(await discoverModels(inside, { extras, fetch: through })).toMatchObject([{ id: 'near' }])
    await expect(discoverModels(blockAt('http://models.example/v1'), { extras, fetch: through })).rejects.toThrow('HTTP 502')
    await expect(discoverModels(blockAt('https://models.example/v1'), { extras, fetch: through })).rejects.toThrow('cannot be reached')
    await expect(discoverModels(blockAt('http://intranet.example/v1'), { extras, fetch: through })).rejects.toThrow('cannot be reached')
    expect(proxy.asked).toEqual(['http://models.example/v1/models', 'models.example:443'])
  } finally {
    await proxy.close()
  }
})

test('without a proxy it is Node’s own', () => {
  expect(outboundFetch({ NO_PROXY: 'x' })).toBe(fetch)
})

test('an address of a proxy that is none is told of by its variable, without what is in it', async () => {
  const through = outboundFetch({ https_proxy: 'user:secret@proxy' })
  await expect(discoverModels(blockAt('https://models.example/v1'), { extras, fetch: through })).rejects.toThrow(
    'https://models.example/v1/models cannot be reached: HTTPS_PROXY is no address of an HTTP proxy.',
  )
})
