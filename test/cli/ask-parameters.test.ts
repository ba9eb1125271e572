import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { exitCodes } from '../../src/cli/command-line/exit-codes.ts'
import { finish, sendFrames, STREAMED, token, type FakeDaemon, useFakeDaemons } from './fake-daemon.ts'
import { type RunOptions, type Sandbox, useSandbox } from './sandbox.ts'

const sandbox = useSandbox()
const fake = useFakeDaemons()

const ask = (daemon: FakeDaemon, args: string[], box: Sandbox = sandbox(), options?: RunOptions) =>
  box.run(['ask', '--port', String(daemon.port), ...args], options)
const says = (text: string) => fake({ chat: (response) => (sendFrames(response, [token(text), finish(), '[DONE]']), void response.end()) })

test('parameters of each form', async () => {
  const daemon = await fake()
  const args = ['--temperature', '0.5', '--max-tokens=99', '--effort', 'low', '-o', 'seed=7', '-o', 'stop=["a","b"]', '--schema', 'name, age int', 'hi']
  expect(await ask(daemon, args)).toMatchObject({ code: exitCodes.ok, stderr: '' })
  const schema = { type: 'object', properties: { name: { type: 'string' }, age: { type: 'integer' } }, required: ['name', 'age'], additionalProperties: false }
  expect(daemon.requests).toEqual([
    {
      ...STREAMED,
      messages: [{ role: 'user', content: 'hi' }],
      temperature: 0.5,
      max_completion_tokens: 99,
      reasoning_effort: 'low',
      seed: 7,
      stop: ['a', 'b'],
      response_format: { type: 'json_schema', json_schema: { name: 'answer', schema, strict: true } },
    },
  ])
})

test('what has no effect is told', async () => {
  const daemon = await fake({
    servedBy: 'a/one',
    chat: (response) => {
      response.setHeader('x-bridge-ignored', 'seed, top_k')
      sendFrames(response, [token('Hi'), finish(), '[DONE]'])
      response.end()
    },
  })
  expect(await ask(daemon, ['-o', 'seed=1', 'hi'])).toMatchObject({ stdout: 'Hi\n', stderr: 'opencode-bridge: without effect on a/one: seed, top_k\n' })
})

describe('--extract', () => {
  test('the first block of code alone', async () => {
    expect(await ask(await says('So:\n```sh\nls\n```\nor\n```sh\nrm\n```'), ['-x', 'hi'])).toMatchObject({ code: 0, stdout: 'ls\n', stderr: '' })
  })
})

test.each([[[]], [['--json']]])('--usage tells tokens, cost and time on stderr, also with %j', async (args) => {
  const { stderr } = await ask(await fake({ servedBy: 'a/one' }), ['--usage', ...args, 'hi'])
  expect(stderr).toMatch(/^a\/one: 1,200 tokens in, 3 out, \$0\.2500, \d+ m?s( \(first word after \d+ m?s\))?\n$/)
})

describe('--cost-limit', () => {
  test('bounds the answer', async () => {
    const daemon = await fake()
    expect(await ask(daemon, ['--cost-limit', '0.01', 'hi'])).toMatchObject({ code: 0 })
    // 9 tokens of the prompt at a millionth, the rest at ten.
    expect(daemon.requests).toMatchObject([{ max_completion_tokens: 999 }])
  })
})

describe('a template', () => {
  const withTemplate = (text: string) => {
    const box = sandbox()
    const folder = join(box.home, 'config', 'opencode-bridge', 'templates')
    mkdirSync(folder, { recursive: true })
    writeFileSync(join(folder, 'sum.md'), text)
    return box
  }
  const SUM =
    '---\ndescription: Sums up\nmodel: b/two/three\nsystem: Speak {{language}}.\noptions: { temperature: 0.1, seed: 1 }\nextract: true\n---\nSum up: {{input}}'

  test('is the prompt, the model and the parameters, where the command line says nothing else', async () => {
    const daemon = await says('```\na\n```')
    const box = withTemplate(SUM)
    expect(await ask(daemon, ['-t', 'sum', '-p', 'language=German', '--temperature', '1', 'this'], box, { input: 'a text' })).toMatchObject({
      code: 0,
      stdout: 'a\n',
    })
    expect(daemon.requests).toEqual([
      {
        ...STREAMED,
        model: 'b/two/three',
        temperature: 1,
        seed: 1,
        messages: [
          { role: 'system', content: 'Speak German.' },
          { role: 'user', content: 'Sum up: this\n\na text' },
        ],
      },
    ])
  })

  test('list, show, edit, delete', async () => {
    const box = withTemplate(SUM)
    expect((await box.run(['templates'])).stdout).toBe('sum  Sums up\n')
    expect((await box.run(['templates', 'show', 'sum'])).stdout).toBe(SUM)
    expect(await box.run(['templates', 'edit', 'new'], { env: { EDITOR: 'printf "Be {{mood}}" >' } })).toMatchObject({ code: 0 })
    expect((await box.run(['templates', 'show', 'new'])).stdout).toBe('Be {{mood}}')
    expect(await box.run(['templates', 'edit', 'new'], { env: { EDITOR: 'false' } })).toMatchObject({ code: exitCodes.failure })
    expect(await box.run(['templates', 'delete', 'sum'])).toMatchObject({ code: 0 })
    expect((await box.run(['templates', 'list'])).stdout).toBe('new\n')
  })
})

describe('the demo model in a script', () => {
  const demo = () => fake({ servedBy: 'demo/echo' })

  test.each([[[]], [['--json']]])('is an error, where %j asks for none', async (args) => {
    const { code, stdout, stderr } = await ask(await demo(), [...args, 'hi'])
    expect({ code, stdout }).toEqual({ code: exitCodes.opencodeUnusable, stdout: '' })
    expect(stderr).toContain('only the demo model could answer')
    expect(stderr).toContain('opencode auth login')
  })

  test('answers who asks for it', async () => {
    expect(await ask(await demo(), ['-m', 'demo/echo', 'hi'])).toMatchObject({ code: 0, stdout: 'Hello 🌍.\n' })
  })
})
