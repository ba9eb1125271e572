import { afterEach, expect, test } from 'vitest'
import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { type Bridge, startBridge, until, waitForIdle } from '../support/bridge.ts'
import { isAlive, processesOf } from '../support/processes.ts'
import { timeUntil } from '../support/until.ts'

let bridge: Bridge

afterEach(() => bridge.close())

const CONFIG = '.config/opencode/opencode.json'
const AUTH = '.local/share/opencode/auth.json'

test('a change of the user’s configuration or logins is noticed, and the spares are replaced', async () => {
  bridge = await startBridge({ config: { minIdle: 1 }, catalogue: 'whole' })
  // Beside opencode's own gateway, which needs no login.
  expect((await modelIds()).filter((id) => !id.startsWith('opencode/'))).toEqual(['test/model'])
  const [spare] = (await bridge.status()).engine.processes

  write(CONFIG, JSON.stringify({ provider: { test: { models: { added: {} } } } }))
  const config = await timeUntil(async () => (await modelIds()).includes('test/added'))
  console.log(`a new model was served ${config} ms after the configuration changed`)
  await until(() => !isAlive(spare.pid))
  await waitForIdle(bridge, 1)
  const response = await bridge.chat({ model: 'test/added', messages: [{ role: 'user', content: 'hi' }] })
  expect(response.status).toBe(200)
  expect(bridge.upstream.calls.at(-1)!.body.model).toBe('added')

  write(AUTH, JSON.stringify({ openai: { type: 'api', key: 'sk-x' } }))
  const login = await timeUntil(async () => (await modelIds()).some((id) => id.startsWith('openai/')))
  console.log(`a new provider was served ${login} ms after the login`)
  expect(await modelIds()).toContain('test/added')
})

test.runIf(process.platform === 'linux')('a daemon that stops while it reads a changed configuration leaves nothing behind', { tags: 'long' }, async () => {
  bridge = await startBridge({ config: { minIdle: 0 } })
  expect(processesOf(bridge.home)).toEqual([])
  write(CONFIG, '{}')
  await until(() => processesOf(bridge.home).length > 0)
  await bridge.daemon.kill()
  expect(processesOf(bridge.home)).toEqual([])
  expect(readdirSync(bridge.home).filter((name) => name.startsWith('opencode-bridge-'))).toEqual([])
  expect(bridge.logged.filter((line) => line.includes('could not be read'))).toEqual([])
})

test('the user’s files are left as they are', async () => {
  const prepare = (home: string) => {
    // Without `$schema`, which opencode would add, and in a folder into which it would install a package.
    write(CONFIG, '{\n  // mine\n  "theme": "system",\n}\n', home)
    write('.config/opencode/AGENTS.md', 'Speak Latin.', home)
    write('.config/opencode/agent/mine.md', '---\nmode: primary\n---\nMine.', home)
    write(AUTH, JSON.stringify({ openai: { type: 'api', key: 'sk-x' } }), home)
    write('.local/share/opencode/opencode.db', 'a database that nobody may open', home)
    write('.local/state/opencode/kv.json', '{}', home)
  }
  let before: unknown
  bridge = await startBridge({
    config: { minIdle: 1 },
    catalogue: 'whole',
    prepare: (home) => {
      prepare(home)
      before = snapshot(home)
    },
  })
  for (const stream of [false, true]) {
    const response = await bridge.chat({ messages: [{ role: 'user', content: 'hi' }], stream })
    expect(response.status).toBe(200)
    await response.text()
    await waitForIdle(bridge, 1)
  }
  expect(snapshot(bridge.home)).toEqual(before)
  expect(bridge.upstream.calls[0]!.text).not.toContain('Latin')
})

async function modelIds(): Promise<string[]> {
  const { data } = (await (await fetch(`${bridge.url}/v1/models`)).json()) as { data: { id: string }[] }
  return data.map(({ id }) => id)
}

function write(name: string, text: string, home = bridge.home): void {
  const path = join(home, name)
  mkdirSync(dirname(path), { recursive: true })
  writeFileSync(path, text)
}

/** Names, times and contents of everything in opencode's folders of the user. */
function snapshot(home: string): unknown {
  return ['.config', '.local/share', '.local/state'].flatMap((folder) =>
    readdirSync(join(home, folder), { recursive: true, withFileTypes: true }).map((entry) => {
      const path = join(entry.parentPath, entry.name)
      const { mtimeMs, size } = statSync(path)
      return { path, mtimeMs, ...(entry.isFile() ? { size, text: readFileSync(path, 'utf8') } : {}) }
    }),
  )
}
