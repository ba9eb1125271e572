import { afterEach, expect, test } from 'vitest'
import type { ProviderBlock } from '../../../src/providers/block.ts'
import { examine, type Finding } from '../../../src/providers/examination/examine.ts'
import { type BlockServers, type ServerTraits, startBlockServers } from '../../support/block-servers.ts'

let servers: BlockServers | undefined
afterEach(async () => {
  await servers?.close()
  servers = undefined
})

const GOOD: ServerTraits = {
  path: '/v1/chat/completions',
  lists: { '/v1/models': { data: [{ id: 'm', max_model_len: 4096 }] } },
  auth: { authorization: 'Bearer the-right-key' },
  wire: 'chat',
  tools: 'native',
}

/** @param base below which the server is */
async function report(traits: Partial<ServerTraits>, block: Partial<ProviderBlock> = {}, { key = 'the-right-key', base = '/s/v1' } = {}) {
  servers = await startBlockServers({ s: { ...GOOD, ...traits } })
  const whole: ProviderBlock = {
    id: 's',
    kind: 'openai',
    baseUrl: servers.root + base,
    credential: { from: 'env', name: 'KEY' },
    deployments: {},
    headers: {},
    query: {},
    stream: true,
    toolCallFormat: 'auto',
    ...block,
  }
  const findings: Finding[] = []
  for await (const finding of examine(whole, { env: { KEY: key }, fetch, signal: new AbortController().signal })) findings.push(finding)
  await servers.close()
  servers = undefined
  return Object.fromEntries(findings.map((finding) => [finding.name, finding]))
}

const failures = (found: Record<string, Finding>) => Object.values(found).flatMap(({ name, status }) => (status === 'fail' ? [name] : []))

test('a good server has nothing wrong with it', async () => {
  const found = await report({})
  expect(failures(found)).toEqual([])
  expect(found).toMatchObject({
    credential: { detail: 'from the environment variable KEY' },
    models: { detail: '1: m' },
    answer: { detail: 'm' },
    streaming: { status: 'ok', detail: expect.stringMatching(/^first token after \d+ ms$/) },
    'usage in the stream': { detail: 'yes' },
    'native tool calls': { detail: 'yes' },
    'context length': { detail: '4096 tokens' },
    'rate-limit headers': { detail: 'none' },
  })
})

test('one without streaming is told by what to set, and is fine once that is set', async () => {
  const found = await report({ streams: false })
  expect(failures(found)).toEqual(['streaming'])
  expect(found.streaming).toMatchObject({ detail: 'HTTP 400: this server does not stream', fix: expect.stringContaining('stream = false') })
  expect(failures(await report({ streams: false }, { stream: false }))).toEqual([])
})

test('one without tools is fine, unless its block says that it has some', async () => {
  const found = await report({ tools: 'refused' })
  expect(failures(found)).toEqual([])
  expect(found['native tool calls']!.detail).toMatch(/^none: HTTP 400: .*; the bridge has them written as JSON$/)
  expect(failures(await report({ tools: 'ignored' }, { toolCallFormat: 'native' }))).toEqual(['native tool calls'])
})

test('a wrong key is said without repeating it', async () => {
  const found = await report({}, {}, { key: 'the-wrong-key' })
  expect(failures(found)).toEqual(['models'])
  expect(found.models).toMatchObject({ detail: expect.stringContaining('HTTP 401'), fix: expect.stringContaining('the environment variable KEY') })
  expect(JSON.stringify(found)).not.toContain('the-wrong-key')
})

test('a server that is not there', async () => {
  const found = await report({}, { baseUrl: 'http://127.0.0.1:1' })
  expect(failures(found)).toEqual(['models'])
  expect(found.models!.fix).toContain('start the server')
})

test('a credential that cannot be had ends the test', async () => {
  const found = await report({}, { credential: { from: 'env', name: 'ABSENT' } })
  expect(Object.keys(found)).toEqual(['credential'])
  expect(found.credential).toMatchObject({ status: 'fail', detail: expect.stringContaining('ABSENT is not set') })
})

test.each<[ProviderBlock['kind'], Partial<ServerTraits>, string]>([
  ['anthropic', { path: '/v1/messages', wire: 'messages', auth: { 'x-api-key': 'the-right-key', 'anthropic-version': '2023-06-01' } }, '/s'],
  ['openai_responses', { path: '/v1/responses', wire: 'responses' }, '/s/v1'],
  [
    'gemini',
    {
      path: '/v1beta/models/m:streamGenerateContent?alt=sse',
      wholePath: '/v1beta/models/m:generateContent',
      wire: 'gemini',
      auth: { 'x-goog-api-key': 'the-right-key' },
      lists: { '/v1beta/models?pageSize=1000': { models: [{ name: 'models/m', inputTokenLimit: 4096 }] } },
    },
    '/s',
  ],
])('the kind %s is asked in its own format', async (kind, traits, base) => {
  const found = await report(traits, { kind }, { base })
  expect(failures(found)).toEqual([])
  expect(found).toMatchObject({ 'native tool calls': { detail: 'yes' }, 'usage in the stream': { detail: 'yes' } })
})
