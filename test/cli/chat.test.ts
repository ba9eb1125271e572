import { once } from 'node:events'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { describe, expect, test } from 'vitest'
import { exitCodes } from '../../src/cli/command-line/exit-codes.ts'
import { finish, sendFrames, sendJson, STREAMED, token, type FakeDaemon, type FakeOptions, useFakeDaemons } from './fake-daemon.ts'
import { finished, useSandbox, type Sandbox } from './sandbox.ts'

const sandbox = useSandbox()
const fake = useFakeDaemons()

/** Types lines into a chat, to its end. */
const chat = (daemon: FakeDaemon, lines: string[], args: string[] = [], box: Sandbox = sandbox()) =>
  box.run(['chat', '--port', String(daemon.port), ...args], { input: lines.map((line) => `${line}\n`).join('') })

const user = (content: unknown) => ({ role: 'user', content })
const assistant = (content: string) => ({ role: 'assistant', content })
const questions = (daemon: FakeDaemon) => daemon.requests.map(({ messages }) => (messages as any[]).at(-1).content)
const HELLO = 'Hello 🌍.'

test('each message goes with all that was said before', async () => {
  const daemon = await fake()
  expect(await chat(daemon, ['one', '', 'two'], ['-m', 'a/one', '-s', 'Be brief.'])).toEqual({
    code: 0,
    signal: null,
    stdout: `${HELLO}\n${HELLO}\n`,
    stderr: '',
  })
  const system = { role: 'system', content: 'Be brief.' }
  expect(daemon.requests).toEqual([
    { model: 'a/one', messages: [system, user('one')], ...STREAMED },
    { model: 'a/one', messages: [system, user('one'), assistant(HELLO), user('two')], ...STREAMED },
  ])
})

test('messages of several lines', async () => {
  const daemon = await fake()
  await chat(daemon, ['one\\', 'two\\', 'three', '"""', 'four', '', '/exit', '"""', 'five\\'])
  expect(questions(daemon)).toEqual(['one\ntwo\nthree', 'four\n\n/exit', 'five'])
})

test('three quotation marks on the lines that they enclose', async () => {
  const daemon = await fake()
  await chat(daemon, ['"""one', '', '  two', '"""', '"""', '', 'two', '"""', '"""three"""', '"""', 'four"""', 'not """ five'])
  expect(questions(daemon)).toEqual(['one\n\n  two', '\ntwo', 'three', 'four', 'not """ five'])
})

describe('commands', () => {
  test('/model, /system, /clear and /exit', async () => {
    const daemon = await fake()
    const { code, stdout, stderr } = await chat(daemon, [
      'one',
      '/model b/two/three',
      '/system Be loud.',
      '/model',
      'two',
      '/clear',
      '/system',
      'three',
      '/exit',
      'never',
    ])
    expect({ code, stdout }).toEqual({ code: 0, stdout: `${HELLO}\n`.repeat(3) })
    expect(stderr).toContain('  a/one\n* b/two/three\n')
    expect(daemon.requests).toEqual([
      { messages: [user('one')], ...STREAMED },
      { model: 'b/two/three', messages: [{ role: 'system', content: 'Be loud.' }, user('one'), assistant(HELLO), user('two')], ...STREAMED },
      { model: 'b/two/three', messages: [user('three')], ...STREAMED },
    ])
  })

  test('/file attaches an image, a PDF and a text to one message', async () => {
    const daemon = await fake()
    const box = sandbox()
    for (const name of ['a.png', 'b.pdf', 'c d.txt']) writeFileSync(join(box.cwd, name), name)
    await chat(daemon, ['/file a.png', '/file b.pdf', '/file c d.txt', 'look', 'and?'], [], box)
    const encode = (text: string) => Buffer.from(text).toString('base64')
    const looked = user([
      { type: 'image_url', image_url: { url: `data:image/png;base64,${encode('a.png')}` } },
      { type: 'file', file: { filename: 'b.pdf', file_data: `data:application/pdf;base64,${encode('b.pdf')}` } },
      { type: 'text', text: 'c d.txt:\n\nc d.txt' },
      { type: 'text', text: 'look' },
    ])
    expect(daemon.requests.map(({ messages }) => messages)).toEqual([[looked], [looked, assistant(HELLO), user('and?')]])
  })

  test('/save writes Markdown or JSON, and over nothing', async () => {
    const daemon = await fake()
    const box = sandbox()
    const { stderr } = await chat(daemon, ['one', '/save talk.md', '/save talk.json', '/save talk.md'], [], box)
    expect(readFileSync(join(box.cwd, 'talk.md'), 'utf8')).toBe(`## user\n\none\n\n## assistant\n\n${HELLO}\n`)
    expect(JSON.parse(readFileSync(join(box.cwd, 'talk.json'), 'utf8'))).toEqual({ messages: [user('one'), assistant(HELLO)] })
    expect(stderr).toContain('opencode-bridge: talk.md cannot be written: it is there already\n')
  })

  test('/help, and what does not exist', async () => {
    const daemon = await fake()
    const box = sandbox()
    writeFileSync(join(box.cwd, 'binary.bin'), Buffer.from([1, 0, 255]))
    const { code, stdout, stderr } = await chat(daemon, ['/help', '/nothing', '/file gone.txt', '/file binary.bin', '/file'], [], box)
    expect({ code, stdout }).toEqual({ code: exitCodes.failure, stdout: '' })
    for (const name of ['/model', '/system', '/file', '/save', '/clear', '/help', '/exit']) expect(stderr).toContain(`${name} `)
    expect(stderr).toContain('opencode-bridge: there is no command /nothing')
    expect(stderr).toContain('opencode-bridge: gone.txt cannot be read: there is no such file')
    expect(stderr).toContain('opencode-bridge: binary.bin is neither text')
    expect(daemon.requests).toEqual([])
  })
})

test('an answer that fails is told, and the question forgotten', async () => {
  let number = 0
  const daemon = await fake({
    chat: (response) => {
      if (++number === 1) return sendJson(response, { error: { message: 'no such luck' } }, 500)
      sendFrames(response, [token('fine'), finish(), '[DONE]'])
      response.end()
    },
  })
  expect(await chat(daemon, ['one', 'two'])).toMatchObject({ code: exitCodes.failure, stdout: 'fine\n', stderr: 'opencode-bridge: no such luck\n' })
  expect(daemon.requests[1]).toMatchObject({ messages: [user('two')] })
})

describe('Ctrl-C', () => {
  /** Never ends the first answer; the others say `fine`. */
  const endlessFirst = (): FakeOptions['chat'] => {
    let number = 0
    return async (response) => {
      if (++number > 1) {
        sendFrames(response, [token('fine'), finish(), '[DONE]'])
        return void response.end()
      }
      while (!response.destroyed) {
        sendFrames(response, [token('go on ')])
        await sleep(10)
      }
    }
  }

  test('cancels the answer, and the chat goes on', async () => {
    const daemon = await fake({ chat: endlessFirst()! })
    const child = sandbox().start(['chat', '--port', String(daemon.port)], { input: 'one\ntwo\n' })
    const result = finished(child)
    await once(child.stdout!, 'data')
    child.kill('SIGINT')
    const { code, stdout } = await result
    expect(code).toBe(0)
    expect(stdout.endsWith('fine\n')).toBe(true)
    await daemon.disconnected
    expect(daemon.requests[1]).toMatchObject({
      messages: [user('one'), { role: 'assistant', content: expect.stringMatching(/^go on /) as string }, user('two')],
    })
  })

  test('twice leaves', async () => {
    const daemon = await fake()
    const child = sandbox().start(['chat', '--port', String(daemon.port)], { input: 'one\n', keepOpen: true })
    const result = finished(child)
    await once(child.stdout!, 'data')
    await sleep(200)
    child.kill('SIGINT')
    await sleep(200)
    expect(child.exitCode).toBeNull()
    child.kill('SIGINT')
    expect(await result).toMatchObject({ code: exitCodes.interrupted, signal: null })
  })

  test('SIGTERM leaves at once', async () => {
    const daemon = await fake({ chat: endlessFirst()! })
    const child = sandbox().start(['chat', '--port', String(daemon.port)], { input: 'one\n', keepOpen: true })
    const result = finished(child)
    await once(child.stdout!, 'data')
    child.kill('SIGTERM')
    expect(await result).toMatchObject({ code: exitCodes.terminated, signal: null })
    await daemon.disconnected
  })
})
