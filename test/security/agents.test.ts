import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { type Bridge, startBridge } from '../support/bridge.ts'
import { makeFolder } from '../support/place.ts'
import { inTurn, say, stream } from '../support/upstream.ts'

const SECRET = 'the-secret-of-a-dotenv-file'
const directory = makeFolder('bridge-agent-')

const hasRipgrep = (process.env.PATH ?? '').split(delimiter).some((folder) => existsSync(join(folder, 'rg')))

let bridge: Bridge

beforeAll(async () => {
  mkdirSync(join(directory, 'sub'))
  for (const [name, text] of Object.entries({
    '.env': SECRET,
    'sub/.env.local': SECRET,
    'prod.env': SECRET,
    'notes.txt': 'the-secret-is-safe',
    'sub/code.ts': 'the-secret-is-safe too',
  }))
    writeFileSync(join(directory, name), text)
  bridge = await startBridge({
    config: { minIdle: 0, agentDirectory: directory, agentPermissions: { read: 'allow', grep: 'allow', glob: 'allow', edit: 'allow', webfetch: 'allow' } },
  })
})
afterAll(async () => {
  await bridge.close()
  rmSync(directory, { recursive: true, force: true })
})
beforeEach(() => {
  bridge.upstream.calls.length = 0
})

/** Has the model call a tool in a new session; the state of its call. */
async function use(name: string, args: object): Promise<{ status: string; error?: string; output?: string }> {
  bridge.upstream.answer(
    inTurn(
      stream([{ tool_calls: [{ index: 0, id: 'call_1', type: 'function', function: { name, arguments: JSON.stringify(args) } }] }], {
        finishReason: 'tool_calls',
      }),
      say('done'),
    ),
  )
  const post = async (path: string, body: object) => {
    const response = await fetch(bridge.url + path, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) })
    expect(response.status, await response.clone().text()).toBe(200)
    return (await response.json()) as any
  }
  const { id } = await post('/session', { title: 'a test' })
  await post(`/session/${id}/message`, { parts: [{ type: 'text', text: 'go' }] })
  const messages = (await (await fetch(`${bridge.url}/session/${id}/message`)).json()) as { parts: any[] }[]
  return messages.flatMap(({ parts }) => parts).find(({ type, tool }) => type === 'tool' && tool === name).state
}

/** Whether any of it reached the model. */
const leaked = () => bridge.upstream.calls.some(({ text }) => text.includes(SECRET))

describe('files with secrets', () => {
  test.each([
    ['read', { filePath: join(directory, '.env') }],
    ['read', { filePath: join(directory, 'sub/.env.local') }],
    ['edit', { filePath: join(directory, 'prod.env'), oldString: 'the', newString: 'THE' }],
    ['grep', { pattern: 'secret', include: '*' }],
    ['grep', { pattern: 'secret', include: '.e*' }],
  ])('%s %j is refused', async (name, args) => {
    expect(await use(name, args)).toMatchObject({ status: 'error', error: expect.stringContaining('secrets') as string })
    expect(leaked()).toBe(false)
  })

  test('others are read', async () => {
    expect(await use('read', { filePath: join(directory, 'notes.txt') })).toMatchObject({
      status: 'completed',
      output: expect.stringContaining('safe') as string,
    })
  })

  // opencode downloads ripgrep where there is none.
  test.runIf(hasRipgrep).each([
    ['grep', { pattern: 'secret' }, 'safe'],
    ['grep', { pattern: 'secret', include: '*.ts' }, 'safe too'],
    ['grep', { pattern: 'secret', path: join(directory, 'sub') }, 'safe too'],
    ['glob', { pattern: '**/*.txt' }, 'notes.txt'],
  ])('%s %j goes, without them', async (name, args, output) => {
    expect(await use(name, args)).toMatchObject({ status: 'completed', output: expect.stringContaining(output) as string })
    expect(leaked()).toBe(false)
  })
})

test.each(['.opencode/plugin/x.ts', 'opencode.json', '.git/config'])('no agent leaves behind what opencode or git would run: %s', async (path) => {
  expect(await use('write', { filePath: join(directory, path), content: 'x' })).toMatchObject({
    status: 'error',
    error: expect.stringContaining('would run') as string,
  })
})

test.each([
  () => bridge.url,
  () => bridge.upstream.url,
  () => bridge.url.replace('127.0.0.1', 'localhost'),
  () => bridge.url.replace('127.0.0.1', '2130706433'),
])('an agent fetches nothing from this machine', async (url) => {
  expect(await use('webfetch', { url: `${url()}/health`, format: 'text' })).toMatchObject({
    status: 'error',
    error: expect.stringContaining('inside') as string,
  })
})
