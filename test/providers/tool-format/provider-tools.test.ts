import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import type { CallForm } from '../../../src/core/call.ts'
import type { ProviderBlock } from '../../../src/providers/block.ts'
import { Provider } from '../../../src/providers/provider.ts'
import { readToolProbe } from '../../../src/providers/tool-format/probe-tools.ts'
import { RememberedFormats } from '../../../src/providers/tool-format/remembered-formats.ts'
import { type BlockServers, type ServerTraits, startBlockServers } from '../../support/block-servers.ts'

let folder: string
let servers: BlockServers | undefined
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'ocb-formats-'))
})
afterEach(async () => {
  await servers?.close()
  servers = undefined
  rmSync(folder, { recursive: true, force: true })
})

const form: CallForm = {
  wire: 'chat',
  apiModel: 'm',
  url: 'http://x',
  npm: '@ai-sdk/openai-compatible',
  defaults: {},
  configured: {},
  loginHeaders: [],
  preamble: [],
}

async function provider(tools: ServerTraits['tools'], block: Partial<ProviderBlock> = {}): Promise<Provider> {
  servers ??= await startBlockServers({ s: { path: '/v1/chat/completions', auth: {}, wire: 'chat', tools } })
  const whole: ProviderBlock = {
    id: 's',
    kind: 'openai',
    baseUrl: `${servers.root}/s/v1`,
    models: { m: {} },
    deployments: {},
    headers: {},
    query: {},
    stream: true,
    toolCallFormat: 'auto',
    ...block,
  }
  return new Provider(whole, {
    env: {},
    fetch,
    parameters: () => undefined,
    signal: new AbortController().signal,
    formats: new RememberedFormats(join(folder, 'formats.json')),
  })
}

test.each([
  ['native', true],
  ['refused', false],
  ['ignored', false],
] as const)('a server whose tools are %s is asked once, also by the next daemon', async (tools, native) => {
  const first = await provider(tools)
  expect(first.callsTools('m')).toBeUndefined()
  await Promise.all([first.prepare('m'), first.prepare('m')])
  await first.prepare('m')
  expect(first.callsTools('m')).toBe(native)
  const next = await provider(tools)
  await next.prepare('m')
  expect(next.amend('m', form)).toMatchObject({ toolCall: native })
  expect(servers!.calls).toHaveLength(1)
  expect(readFileSync(join(folder, 'formats.json'), 'utf8')).not.toContain('127.0.0.1')
})

test('what the block says is not asked', async () => {
  const told = await provider('native', { toolCallFormat: 'json' })
  await told.prepare('m')
  expect(told.callsTools('m')).toBe(false)
  expect(servers!.calls).toEqual([])
})

test('a server that fails is believed to have tools, and nothing is remembered', async () => {
  const there = await provider('native')
  await servers!.close()
  servers = undefined
  await there.prepare('m')
  expect(there.callsTools('m')).toBeUndefined()
  expect(there.amend('m', form)).toMatchObject({ toolCall: true })
})

test('the same form is amended to the same object, which plans are kept by', async () => {
  const whole = await provider('native', { stream: false })
  const amended = whole.amend('m', form)
  expect(amended).toMatchObject({ wholeOnly: true })
  expect(whole.amend('m', form)).toBe(amended)
  await whole.prepare('m')
  expect(whole.amend('m', form)).toBe(amended)
})

test.each<[string, Parameters<typeof readToolProbe>[0], boolean | undefined]>([
  ['a wrong key', { status: 401, json: {}, text: 'no tool for you' }, undefined],
  ['a busy server', { status: 503, json: undefined, text: '' }, undefined],
  ['another complaint', { status: 400, json: {}, text: 'max_tokens is too large' }, undefined],
  ['an answer that is none', { status: 200, json: {}, text: '{}' }, undefined],
])('%s says nothing about tools', (_name, answer, expected) => {
  expect(readToolProbe(answer)).toBe(expected)
})
