import { randomUUID } from 'node:crypto'
import { lstatSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { type CliDaemon, startCliDaemon } from '../support/cli-daemon.ts'
import { killAll, processesOf } from '../support/processes.ts'
import { fail, say } from '../support/upstream.ts'

// Made up now, so that no other program can happen to hold them.
const PROMPT = `prompt-${randomUUID()}`
const ANSWER = `answer-${randomUUID()}`
const TITLE = `title-${randomUUID()}`
const ERROR = `error-${randomUUID()}`

let daemon: CliDaemon
let umask: number

beforeEach(() => {
  // Whatever is private then is so on its own.
  umask = process.umask(0)
})
afterEach(async () => {
  process.umask(umask)
  await daemon.dispose()
})

interface Entry {
  path: string
  mode: number
}

function entries(folder: string): Entry[] {
  return [folder, ...readdirSync(folder, { recursive: true, encoding: 'utf8' }).map((name) => join(folder, name))].map((path) => ({
    path,
    mode: lstatSync(path).mode,
  }))
}

const isFile = ({ mode }: Entry) => (mode & 0o170000) === 0o100000
const isLink = ({ mode }: Entry) => (mode & 0o170000) === 0o120000
const isOpen = (entry: Entry) => !isLink(entry) && (entry.mode & 0o077) !== 0

describe.runIf(process.platform === 'linux')('what a daemon leaves that is killed', { tags: 'long', timeout: 300_000 }, () => {
  test.each(['run', 'serve'])('has no word of prompts, answers, errors and titles, and is nobody else’s, on engine %s', async (engine) => {
    daemon = await startCliDaemon({ OPENCODE_BRIDGE_ENGINE: engine, OPENCODE_BRIDGE_MAX_RETRIES: '0', OPENCODE_BRIDGE_VERBOSE: '1' }, { known: false })
    const { upstream, url, home } = daemon
    const messages = [{ role: 'user', content: PROMPT }]
    upstream.answer(say(ANSWER))
    expect(await (await daemon.chat({ messages })).text()).toContain(ANSWER)
    for (const status of [400, 401, 500]) {
      upstream.answer(fail(status, { message: `${ERROR} for ${PROMPT}` }))
      expect((await daemon.chat({ messages })).status).toBeGreaterThanOrEqual(400)
    }
    const post = (path: string, body: object) =>
      fetch(url + path, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) })
    const { id } = (await (await post('/session', { title: TITLE })).json()) as { id: string }
    await (await post(`/session/${id}/message`, { parts: [{ type: 'text', text: PROMPT }], model: 'test/model' })).text()
    upstream.answer(say(ANSWER))
    expect(await (await post(`/session/${id}/message`, { parts: [{ type: 'text', text: PROMPT }], model: 'test/model' })).text()).toContain(ANSWER)

    // Looked at while it runs, and after a death that leaves no time for anything.
    const runtime = readdirSync(home).find((name) => name.startsWith('opencode-bridge-'))!
    expect(entries(join(home, runtime)).filter(isFile).length).toBeGreaterThan(0)
    daemon.kill('SIGKILL')
    await daemon.exit
    killAll(processesOf(home))
    for (const word of [PROMPT, ANSWER, TITLE, ERROR]) expect(filesWith(home, word), word).toEqual([])
    expect(daemon.output()).not.toContain(PROMPT)

    // Nobody gets into them, so what opencode itself puts there may be as open as it likes.
    expect(isOpen({ path: runtime, mode: lstatSync(join(home, runtime)).mode })).toBe(false)
    const ours = ['.local/state/opencode-bridge', '.cache/opencode-bridge'].flatMap((name) => entries(join(home, name)))
    expect(ours.length).toBeGreaterThan(3)
    expect(ours.filter(isOpen)).toEqual([])
  })
})

function filesWith(folder: string, word: string): string[] {
  return entries(folder)
    .filter(isFile)
    .map(({ path }) => path)
    .filter((path) => readFileSync(path, 'latin1').includes(word))
}
