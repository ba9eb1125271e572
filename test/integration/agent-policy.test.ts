import { existsSync, mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { type Bridge, startBridge, until } from '../support/bridge.ts'
import { inTurn, say, type Script, stream } from '../support/upstream.ts'

const directory = folder('agent')
const elsewhere = folder('elsewhere')

/** A user whose own opencode allows everything. */
const generous = { '*': 'allow', bash: 'allow', webfetch: 'allow', external_directory: 'allow' }
const ownConfig = {
  $schema: 'https://opencode.ai/config.json',
  permission: generous,
  agent: { build: { permission: generous, tools: { bash: true } }, mine: { mode: 'primary', prompt: 'Mine.', permission: generous } },
}

let bridge: Bridge

beforeAll(async () => {
  bridge = await startBridge({
    config: { minIdle: 0, agentDirectory: directory, agentPermissions: { edit: 'allow', read: 'allow', todowrite: 'ask' } },
    prepare: (home) => {
      mkdirSync(join(home, '.config/opencode/agent'), { recursive: true })
      writeFileSync(join(home, '.config/opencode/opencode.json'), JSON.stringify(ownConfig))
      writeFileSync(join(home, '.config/opencode/agent/filed.md'), '---\nmode: primary\npermission:\n  "*": allow\n  bash: allow\n---\nFiled.\n')
    },
  })
})
afterAll(async () => {
  await bridge.close()
  for (const path of [directory, elsewhere]) rmSync(path, { recursive: true, force: true })
})
beforeEach(() => {
  bridge.upstream.calls.length = 0
})

function folder(name: string): string {
  return realpathSync(mkdtempSync(join(tmpdir(), `bridge-${name}-`)))
}

/** A model that calls a tool, and says `done` when it has the result. */
const calling = (name: string, args: object): Script =>
  inTurn(
    stream([{ tool_calls: [{ index: 0, id: 'call_1', type: 'function', function: { name, arguments: JSON.stringify(args) } }] }], {
      finishReason: 'tool_calls',
    }),
    say('done'),
  )

async function send(path: string, body: unknown, headers: Record<string, string> = {}): Promise<any> {
  const response = await fetch(bridge.url + path, { method: 'POST', headers: { 'content-type': 'application/json', ...headers }, body: JSON.stringify(body) })
  expect(response.status, `${path} ${await response.clone().text()}`).toBe(200)
  return response.json()
}

interface Lift {
  session?: object
  message?: object
  query?: string
  headers?: Record<string, string>
}

/** Has the model call a tool in a new session; what `lift` adds to the requests must change nothing. */
async function use(
  name: string,
  args: object,
  { session = {}, message = {}, query = '', headers = {} }: Lift = {},
): Promise<{ tools: any[]; offered: string[] }> {
  bridge.upstream.answer(calling(name, args))
  const { id } = await send(`/session${query}`, { title: 'a test', ...session }, headers)
  await send(`/session/${id}/message${query}`, { parts: [{ type: 'text', text: 'go' }], ...message }, headers)
  const messages = (await (await fetch(`${bridge.url}/session/${id}/message${query}`, { headers })).json()) as { parts: any[] }[]
  return {
    tools: messages.flatMap(({ parts }) => parts).filter(({ type }) => type === 'tool'),
    offered: (bridge.upstream.calls[0]!.body.tools ?? []).map((tool: any) => tool.function.name),
  }
}

const write = (filePath: string) => ['write', { filePath, content: 'written' }] as const

describe('what the policy allows', () => {
  test('a new file in the folder', async () => {
    const file = join(directory, 'new.txt')
    const { tools, offered } = await use(...write(file))
    expect(tools).toMatchObject([{ tool: 'write', state: { status: 'completed' } }])
    expect(readFileSync(file, 'utf8')).toBe('written')
    expect(offered).toEqual(expect.arrayContaining(['write', 'edit', 'read']))
    expect(offered).not.toContain('bash')
    expect(offered).not.toContain('webfetch')
  })

  test('an edit of a file in the folder', async () => {
    const file = join(directory, 'edited.txt')
    writeFileSync(file, 'one two\n')
    // opencode edits only what was read before.
    bridge.upstream.answer(
      inTurn(
        stream([{ tool_calls: [{ index: 0, id: 'call_1', type: 'function', function: { name: 'read', arguments: JSON.stringify({ filePath: file }) } }] }], {
          finishReason: 'tool_calls',
        }),
        stream(
          [
            {
              tool_calls: [
                {
                  index: 0,
                  id: 'call_2',
                  type: 'function',
                  function: { name: 'edit', arguments: JSON.stringify({ filePath: file, oldString: 'two', newString: 'three' }) },
                },
              ],
            },
          ],
          { finishReason: 'tool_calls' },
        ),
        say('done'),
      ),
    )
    const { id } = await send('/session', { title: 'a test' })
    const answer = await send(`/session/${id}/message`, { parts: [{ type: 'text', text: 'go' }] })
    expect(answer.parts.find((part: any) => part.type === 'text').text).toBe('done')
    expect(readFileSync(file, 'utf8')).toBe('one three\n')
  })
})

const outside: [string, string][] = [
  ['an absolute path', join(elsewhere, 'absolute.txt')],
  ['a relative path', `../${elsewhere.split('/').at(-1)}/relative.txt`],
  ['a path through the folder', join(directory, 'x') + `/../../${elsewhere.split('/').at(-1)}/through.txt`],
]

const lifts: [string, Lift][] = [
  ['nothing', {}],
  ['permissions of the session', { session: { permission: [{ permission: '*', pattern: '*', action: 'allow' }], permissions: generous } }],
  ['tools and permissions of the message', { message: { tools: { bash: true, write: true, '*': true }, permission: generous } }],
  ['a folder in the URL', { query: `?directory=${encodeURIComponent(elsewhere)}` }],
  ['a folder in a header', { headers: { 'x-opencode-directory': encodeURIComponent(elsewhere) } }],
  ['a folder of the session', { session: { directory: elsewhere, path: elsewhere } }],
  ['another agent', { message: { agent: 'general' } }],
  ['an agent of the user’s configuration', { message: { agent: 'mine' } }],
  ['an agent of the user’s files', { message: { agent: 'filed' } }],
]

describe('what it refuses', () => {
  test.each(outside)('a file outside of the folder, by %s', async (_name, path) => {
    await expectRefused(await use(...write(path)))
    expect(existsSync(join(elsewhere, path.split('/').at(-1)!))).toBe(false)
  })

  test.each(lifts)('a file outside, whatever the request says: %s', async (_name, lift) => {
    const file = join(elsewhere, 'lifted.txt')
    await expectRefused(await use(...write(file), lift))
    expect(existsSync(file)).toBe(false)
  })

  test.each(lifts)('bash, whatever the request says: %s', async (_name, lift) => {
    const file = join(directory, 'bash.txt')
    const used = await use('bash', { command: `touch ${file}`, description: 'touch' }, lift)
    await expectRefused(used)
    expect(used.offered).not.toContain('bash')
    expect(existsSync(file)).toBe(false)
  })

  test('a file outside, through a link in the folder', async () => {
    symlinkSync(elsewhere, join(directory, 'link'))
    await expectRefused(await use(...write(join(directory, 'link', 'linked.txt'))))
    expect(existsSync(join(elsewhere, 'linked.txt'))).toBe(false)
    symlinkSync(join(elsewhere, 'dangling.txt'), join(directory, 'dangling.txt'))
    await expectRefused(await use(...write(join(directory, 'dangling.txt'))))
    expect(existsSync(join(elsewhere, 'dangling.txt'))).toBe(false)
  })

  test('a secret outside of the folder', async () => {
    writeFileSync(join(elsewhere, 'secret.txt'), 'the-secret')
    await expectRefused(await use('read', { filePath: join(elsewhere, 'secret.txt') }))
    expect(bridge.upstream.calls.map(({ text }) => text).join('')).not.toContain('the-secret')
  })

  test('changes of the configuration, and whatever else opencode’s API has', async () => {
    for (const [method, path] of [
      ['PATCH', '/config'],
      ['POST', '/session/ses_x/shell'],
      ['POST', '/session/ses_x/command'],
      ['PUT', '/auth/test'],
      ['POST', '/instance/dispose'],
      ['GET', '/file?path=/'],
      ['POST', '/pty'],
      ['GET', '/config/providers'],
    ] as const) {
      const response = await fetch(bridge.url + path, { method, ...(method === 'GET' ? {} : { headers: { 'content-type': 'application/json' }, body: '{}' }) })
      expect(response.status, path).toBe(404)
    }
  })
})

async function expectRefused({ tools }: { tools: any[] }): Promise<void> {
  for (const { tool, state } of tools) {
    // A tool that is not offered is answered by opencode's own `invalid`.
    if (tool !== 'invalid') expect(state).toMatchObject({ status: 'error', error: expect.stringMatching(/rule|unavailable/) })
  }
  expect(tools).not.toEqual([])
}

describe('what it asks for', () => {
  test.each(['once', 'reject'] as const)('is answered through the API: %s', async (response) => {
    bridge.upstream.answer(calling('todowrite', { todos: [{ content: 'ask first', status: 'pending', priority: 'high' }] }))
    const { id } = await send('/session', { title: 'a test' })
    const listening = new AbortController()
    const asked = askedPermission(id, listening.signal)
    const answer = send(`/session/${id}/message`, { parts: [{ type: 'text', text: 'go' }] })
    const permission = await asked
    listening.abort()
    // For good would be for every session after it.
    const forever = await fetch(`${bridge.url}/session/${id}/permissions/${permission}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ response: 'always' }),
    })
    expect(forever.status).toBe(400)
    await send(`/session/${id}/permissions/${permission}`, { response })
    await answer
    const messages = (await (await fetch(`${bridge.url}/session/${id}/message`)).json()) as { parts: any[] }[]
    const [tool] = messages.flatMap(({ parts }) => parts).filter(({ type }) => type === 'tool')
    expect(tool.state.status).toBe(response === 'once' ? 'completed' : 'error')
    if (response === 'once') expect(tool.state.output).toContain('ask first')
  })
})

/** The id of the permission that a session asks for next. */
async function askedPermission(session: string, signal: AbortSignal): Promise<string> {
  const response = await fetch(`${bridge.url}/event`, { signal })
  let text = ''
  for await (const chunk of response.body!.pipeThrough(new TextDecoderStream())) {
    text += chunk
    for (const line of text.split('\n').slice(0, -1)) {
      if (!line.startsWith('data:')) continue
      const { type, properties } = JSON.parse(line.slice(5))
      if (type === 'permission.asked' && properties.sessionID === session) return properties.id
    }
  }
  throw new Error('the events ended')
}

test('a changed configuration is read once no session is left, and changes nothing in the policy', { tags: 'long' }, async () => {
  bridge.upstream.answer(say('first'))
  const { id } = await send('/session', { title: 'a test' })
  writeFileSync(join(bridge.home, '.config/opencode/opencode.json'), JSON.stringify({ ...ownConfig, provider: { test: { models: { added: {} } } } }))
  await until(async () => (await (await fetch(`${bridge.url}/v1/models`)).text()).includes('test/added'), 60_000)
  expect((await fetch(`${bridge.url}/session/${id}`)).status).toBe(200)
  const left = (await (await fetch(`${bridge.url}/session`)).json()) as { id: string }[]
  for (const session of left) await fetch(`${bridge.url}/session/${session.id}`, { method: 'DELETE' })

  const next = await send('/session', { title: 'a test' })
  const answer = await send(`/session/${next.id}/message`, { parts: [{ type: 'text', text: 'two' }], model: 'test/added' })
  expect(answer.info).toMatchObject({ modelID: 'added' })
  await expectRefused(await use('bash', { command: 'true', description: 'x' }))
  await expectRefused(await use(...write(join(elsewhere, 'later.txt'))))
})

test('without a provider, sessions too have the demo model, and not opencode’s own gateway', { tags: 'long' }, async () => {
  const demo = await startBridge({ config: { minIdle: 0 }, catalogue: 'none', env: { OPENCODE_CONFIG_CONTENT: '{}' } })
  try {
    const created = (await (await fetch(`${demo.url}/session`, { method: 'POST' })).json()) as { id: string }
    const response = await fetch(`${demo.url}/session/${created.id}/message`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ parts: [{ type: 'text', text: 'hi' }] }),
    })
    const answer = (await response.json()) as any
    expect(answer.info.error).toBeUndefined()
    const status = (await (await fetch(`${demo.url}/v1/models`)).json()) as { data: { id: string }[] }
    expect(`${answer.info.providerID}/${answer.info.modelID}`).toBe(status.data[0]!.id)
  } finally {
    await demo.close()
  }
})
