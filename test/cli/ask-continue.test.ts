import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { exitCodes } from '../../src/cli/command-line/exit-codes.ts'
import { sendFrames, token, type FakeDaemon, useFakeDaemons } from './fake-daemon.ts'
import { useSandbox, type Sandbox } from './sandbox.ts'

const sandbox = useSandbox()
const fake = useFakeDaemons()

const ask = (box: Sandbox, daemon: FakeDaemon, ...args: string[]) => box.run(['ask', '--port', String(daemon.port), ...args])
const folderOf = (box: Sandbox) => join(box.home, 'state', 'opencode-bridge', 'conversations')
const roles = (request: Record<string, unknown>) => (request.messages as { role: string; content: string }[]).map(({ role, content }) => `${role}: ${content}`)

test('-c goes on with the last conversation, in each form of the answer', async () => {
  const box = sandbox()
  const daemon = await fake()
  await ask(box, daemon, '-c', '-s', 'Be brief.', 'one')
  await ask(box, daemon, '-c', '--no-stream', 'two')
  await ask(box, daemon, '--continue', '--json', '-s', 'Be loud.', 'three')
  await ask(box, daemon, '-c', 'four')
  expect(roles(daemon.requests[2]!)).toEqual(['system: Be loud.', 'user: one', 'assistant: Hello 🌍.', 'user: two', 'assistant: Hello, whole.', 'user: three'])
  expect(roles(daemon.requests[3]!)).toEqual([...roles(daemon.requests[2]!), 'assistant: Hello, whole.', 'user: four'])
})

test('names are apart, and --new begins anew', async () => {
  const box = sandbox()
  const daemon = await fake()
  await ask(box, daemon, '-c', 'one')
  await ask(box, daemon, '-c', '--session', 'holiday', 'two')
  expect(roles(daemon.requests[1]!)).toEqual(['user: two'])
  await ask(box, daemon, '-c', '--new', 'three')
  expect(roles(daemon.requests[2]!)).toEqual(['user: three'])
  expect(readdirSync(folderOf(box)).sort()).toEqual(['holiday.json', 'last.json'])
})

test('nothing is on disk without -c; with it only its owner can read it, and --help says so', async () => {
  const box = sandbox()
  const daemon = await fake()
  await ask(box, daemon, 'a secret')
  expect(existsSync(folderOf(box))).toBe(false)
  await ask(box, daemon, '-c', 'one')
  expect(statSync(folderOf(box)).mode & 0o777).toBe(0o700)
  expect(statSync(join(folderOf(box), 'last.json')).mode & 0o777).toBe(0o600)
  expect((await box.run(['ask', '--help'])).stdout.replaceAll(/\s+/g, ' ')).toContain('kept on disk')
})

test('an answer that fails leaves the conversation as it was', async () => {
  const box = sandbox()
  await ask(box, await fake(), '-c', 'one')
  const before = readFileSync(join(folderOf(box), 'last.json'), 'utf8')
  const broken = await fake({ chat: (response) => (sendFrames(response, [token('Half')]), void response.end()) })
  expect((await ask(box, broken, '-c', 'two')).code).toBe(exitCodes.failure)
  expect(readFileSync(join(folderOf(box), 'last.json'), 'utf8')).toBe(before)
})

test.each([
  [['--session', 'a', 'hi'], 'opencode-bridge: --session and --new need -c\n'],
  [['-c', '--session', '../../x', 'hi'], 'opencode-bridge: "../../x" cannot be the name of a conversation\n'],
])('%j is wrong usage', async (args, message) => {
  const result = await ask(sandbox(), await fake(), ...args)
  expect(result.code).toBe(exitCodes.usage)
  expect(result.stderr).toContain(message)
})

test('a damaged file is no conversation', async () => {
  const box = sandbox()
  const daemon = await fake()
  await ask(box, daemon, '-c', 'one')
  writeFileSync(join(folderOf(box), 'last.json'), '{')
  expect((await ask(box, daemon, '-c', 'two')).stderr).toContain('--new begins it anew')
  expect((await ask(box, daemon, '-c', '--new', 'two')).code).toBe(0)
})

test('-c keeps the model, by the name that was asked for, else that which answered', async () => {
  const box = sandbox()
  const daemon = await fake({ servedBy: 'a/one' })
  await ask(box, daemon, '-c', 'one')
  await ask(box, daemon, '-c', 'two')
  await ask(box, daemon, '-c', '-m', 'fast', 'three')
  await ask(box, daemon, '-c', 'four')
  expect(daemon.requests.map(({ model }) => model)).toEqual([undefined, 'a/one', 'fast', 'fast'])
})

test('conversations lists, shows, exports and deletes what is kept', async () => {
  const box = sandbox()
  const daemon = await fake({ servedBy: 'a/one' })
  writeFileSync(join(box.cwd, 'a.txt'), 'x')
  await ask(box, daemon, '-c', '-s', 'Be brief.', 'one\ntwo')
  await ask(box, daemon, '-c', '--session', 'holiday', '-f', 'a.txt', 'where to?')
  const run = async (...args: string[]) => box.run(['conversations', ...args])
  const { stdout } = await run()
  expect(
    stdout
      .split('\n')
      .slice(1, -1)
      .map((line) => line.replaceAll(/\d{4}-\d\d-\d\d \d\d:\d\d/g, 'then').split(/ {2,}/)),
  ).toEqual([
    ['holiday', 'a/one', '1', 'then', 'a.txt: x where to?'],
    ['last', 'a/one', '1', 'then', 'one two'],
  ])
  expect((await run('show', 'last')).stdout).toBe('## system\n\nBe brief.\n\n## user\n\none\ntwo\n\n## assistant\n\nHello 🌍.\n')
  expect(JSON.parse((await run('export', '--json', 'holiday')).stdout)).toMatchObject({
    name: 'holiday',
    model: 'a/one',
    messages: [{ role: 'user' }, { role: 'assistant' }],
  })
  expect(await run('delete', 'last', 'nothing')).toMatchObject({ code: exitCodes.failure, stderr: expect.stringContaining('no conversation called nothing') })
  expect(readdirSync(folderOf(box))).toEqual(['holiday.json'])
})
