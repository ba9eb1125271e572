import { once } from 'node:events'
import { setTimeout as sleep } from 'node:timers/promises'
import { describe, expect, test } from 'vitest'
import { exitCodes } from '../../src/cli/command-line/exit-codes.ts'
import { finish, sendFrames, sendJson, STREAMED, token, USAGE, type FakeDaemon, type FakeOptions, useFakeDaemons } from './fake-daemon.ts'
import { until } from '../support/until.ts'
import { finished, useSandbox, type RunOptions } from './sandbox.ts'

const sandbox = useSandbox()
const fake = useFakeDaemons()

const ask = (daemon: FakeDaemon, args: string[], options?: RunOptions) => sandbox().run(['ask', '--port', String(daemon.port), ...args], options)

describe('what is sent', () => {
  test.each([
    [['one', 'two'], 'three\n', [{ role: 'user', content: 'one two\n\nthree\n' }]],
    [['--', '-h', '--port'], '', [{ role: 'user', content: '-h --port' }]],
    [
      ['-s', 'Be brief.', '$(rm) \'"`'],
      '',
      [
        { role: 'system', content: 'Be brief.' },
        { role: 'user', content: '$(rm) \'"`' },
      ],
    ],
    [[], 'é🌍\u0001\u001b[0m'.repeat(20_000), [{ role: 'user', content: 'é🌍\u0001\u001b[0m'.repeat(20_000) }]],
  ])('%#', async (args, input, messages) => {
    const daemon = await fake()
    expect(await ask(daemon, args, { input })).toMatchObject({ code: exitCodes.ok })
    expect(daemon.requests).toEqual([{ messages, ...STREAMED }])
  })

  test('the model and the key', async () => {
    const daemon = await fake({ key: 'sesame-street' })
    expect(await ask(daemon, ['-m', 'a/one', 'hello'], { env: { OPENCODE_BRIDGE_API_KEY: 'sesame-street' } })).toMatchObject({ code: 0 })
    expect(daemon.requests[0]).toMatchObject({ model: 'a/one' })
    expect(daemon.authorization).toEqual(['Bearer sesame-street'])
  })
})

describe('a stdin that stays open', () => {
  test.each([
    ['without anything in it', ''],
    ['with something in it', 'three\n'],
  ])('%s is waited for, which is said', async (_, input) => {
    const daemon = await fake()
    const child = sandbox().start(['ask', '--port', String(daemon.port), 'one', 'two'], { input, keepOpen: true })
    const result = finished(child)
    let told = ''
    child.stderr!.on('data', (text: string) => (told += text))
    await until(() => told.includes('--no-stdin'))
    expect(daemon.requests).toEqual([])
    child.stdin!.end()
    expect(await result).toMatchObject({ code: 0, stdout: 'Hello 🌍.\n' })
    expect(daemon.requests).toMatchObject([{ messages: [{ role: 'user', content: input === '' ? 'one two' : `one two\n\n${input}` }] }])
  })

  test.each([[['--no-stdin', 'hello']], [['--json', 'hello', '--no-stdin']]])('is left alone by %j', async (args) => {
    const daemon = await fake()
    const result = await ask(daemon, args, { input: 'three\n', keepOpen: true })
    expect(result).toMatchObject({ code: 0, stderr: '' })
    expect(daemon.requests).toMatchObject([{ messages: [{ role: 'user', content: 'hello' }] }])
  })

  test('--no-stdin without a prompt is a mistake', async () => {
    const daemon = await fake()
    expect(await ask(daemon, ['--no-stdin'], { input: 'three\n', keepOpen: true })).toMatchObject({
      code: exitCodes.usage,
      stderr: expect.stringContaining('the prompt is empty'),
    })
  })
})

describe('what is printed', () => {
  test('the answer, with a newline at its end, and nothing else', async () => {
    expect(await ask(await fake(), ['hello'])).toEqual({ code: 0, signal: null, stdout: 'Hello 🌍.\n', stderr: '' })
  })

  test('no second newline', async () => {
    const daemon = await fake({ chat: (response) => (sendFrames(response, [token('line\n'), finish(), '[DONE]']), void response.end()) })
    expect((await ask(daemon, ['hello'])).stdout).toBe('line\n')
  })

  test('each token as it comes', async () => {
    const daemon = await fake({
      async chat(response) {
        for (let index = 0; index < 5; index++) {
          sendFrames(response, [token(`${index} `)])
          await sleep(100)
        }
        sendFrames(response, [finish(), '[DONE]'])
        response.end()
      },
    })
    const child = sandbox().start(['ask', '--port', String(daemon.port), 'count'])
    let writes = 0
    child.stdout!.on('data', () => writes++)
    expect((await finished(child)).stdout).toBe('0 1 2 3 4 \n')
    expect(writes).toBeGreaterThanOrEqual(4)
  })

  test('--no-stream', async () => {
    const daemon = await fake()
    expect(await ask(daemon, ['--no-stream', 'hello'])).toMatchObject({ code: 0, stdout: 'Hello, whole.\n', stderr: '' })
    expect(daemon.requests[0]).not.toHaveProperty('stream')
  })

  test('--json', async () => {
    const { stdout } = await ask(await fake(), ['--json', 'hello'])
    expect(JSON.parse(stdout)).toEqual({ choices: [{ message: { role: 'assistant', content: 'Hello, whole.' }, finish_reason: 'stop' }], usage: USAGE })
  })
})

describe('failures', () => {
  test.each<[string, FakeOptions['chat'], string, string]>([
    [
      'an error frame',
      (response) => (sendFrames(response, [token('Half'), { error: { message: 'the provider broke' } }]), void response.end()),
      'Half\n',
      'opencode-bridge: the provider broke\n',
    ],
    [
      'an end without a finish reason',
      (response) => (sendFrames(response, [token('Half')]), void response.end()),
      'Half\n',
      'opencode-bridge: the answer broke off before it was complete\n',
    ],
    [
      'a lost connection',
      (response) => (sendFrames(response, [token('Half')]), void setTimeout(() => response.destroy(), 100)),
      'Half\n',
      'opencode-bridge: the answer broke off before it was complete\n',
    ],
    ['a refusal', (response) => sendJson(response, { error: { message: 'no such model' } }, 404), '', 'opencode-bridge: no such model\n'],
    ['a refusal without a body', (response) => void response.writeHead(502).end('<html>'), '', 'opencode-bridge: the daemon answered with status 502\n'],
  ])('%s', async (_name, chat, stdout, stderr) => {
    expect(await ask(await fake({ chat: chat! }), ['hello'])).toMatchObject({ code: exitCodes.failure, stdout, stderr })
  })

  test('no daemon on the port that was asked for', async () => {
    const daemon = await fake()
    await daemon.close()
    expect(await ask(daemon, ['hello'])).toMatchObject({ code: exitCodes.notRunning, stdout: '' })
  })
})

describe('cancellation', () => {
  const endless: FakeOptions['chat'] = async (response) => {
    while (!response.destroyed) {
      sendFrames(response, [token('line\n')])
      await sleep(10)
    }
  }

  test.each([
    ['SIGINT', exitCodes.interrupted],
    ['SIGTERM', exitCodes.terminated],
  ] as const)('%s cancels the request', async (signal, code) => {
    const daemon = await fake({ chat: endless })
    const child = sandbox().start(['ask', '--port', String(daemon.port), 'go on'])
    const result = finished(child)
    await once(child.stdout!, 'data')
    child.kill(signal)
    expect(await result).toMatchObject({ code, signal: null, stderr: '' })
    await daemon.disconnected
  })

  test('Ctrl-C while reading stdin', async () => {
    const box = sandbox()
    const daemon = await fake()
    const child = box.start(['ask', '--port', String(daemon.port)], { input: 'never sent' })
    child.kill('SIGINT')
    const { code, signal } = await finished(child)
    // Before the handler is there, the signal ends the process itself; shells call that 130, too.
    expect(code ?? signal).toSatisfy((end) => end === exitCodes.interrupted || end === 'SIGINT')
  })

  test('a closed pipe is no error and ends the request', async () => {
    const daemon = await fake({ chat: endless })
    const child = sandbox().start(['ask', '--port', String(daemon.port), 'go on'])
    let stderr = ''
    child.stderr!.setEncoding('utf8').on('data', (text: string) => (stderr += text))
    const exit = once(child, 'exit')
    await once(child.stdout!, 'data')
    child.stdout!.destroy()
    expect(await exit).toEqual([exitCodes.ok, null])
    expect(stderr).toBe('')
    await daemon.disconnected
  })
})
