import { randomBytes } from 'node:crypto'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { exitCodes } from '../../src/cli/command-line/exit-codes.ts'
import { type FakeDaemon, useFakeDaemons } from './fake-daemon.ts'
import { type RunOptions, type Sandbox, useSandbox } from './sandbox.ts'

const sandbox = useSandbox()
const fake = useFakeDaemons()

const PNG = Buffer.from('iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==', 'base64')
const PDF = Buffer.from('%PDF-1.4\n%\xe2\xe3\n', 'latin1')
const image = { type: 'image_url', image_url: { url: `data:image/png;base64,${PNG.toString('base64')}` } }
const text = (content: string) => ({ type: 'text', text: content })

const ask = (box: Sandbox, daemon: FakeDaemon, args: string[], options?: RunOptions) => box.run(['ask', '--port', String(daemon.port), ...args], options)
const asked = (daemon: FakeDaemon) => (daemon.requests[0]!.messages as { content: unknown }[])[0]!.content

describe('what is piped in', () => {
  test.each([
    ['an image', PNG, [image, text('what is this')]],
    [
      'a PDF',
      PDF,
      [{ type: 'file', file: { filename: 'stdin.pdf', file_data: `data:application/pdf;base64,${PDF.toString('base64')}` } }, text('what is this')],
    ],
  ])('%s is attached', async (_, input, content) => {
    const daemon = await fake()
    expect(await ask(sandbox(), daemon, ['what is this'], { input })).toMatchObject({ code: exitCodes.ok, stderr: '' })
    expect(asked(daemon)).toEqual(content)
  })

  test.each([
    ['random bytes', Buffer.concat([Buffer.from([0]), randomBytes(3000)])],
    ['text in another encoding', Buffer.from('café', 'latin1')],
  ])('%s are refused', async (_, input) => {
    const daemon = await fake()
    const { code, stdout, stderr } = await ask(sandbox(), daemon, ['what is this'], { input })
    expect({ code, stdout }).toEqual({ code: exitCodes.usage, stdout: '' })
    expect(stderr).toContain(`what is piped in (${input.length} bytes) is neither text in UTF-8`)
    expect(stderr).toContain('--no-stdin leaves it alone')
    expect(daemon.requests).toEqual([])
  })
})

describe('--file', () => {
  const boxWithFiles = () => {
    const box = sandbox()
    mkdirSync(join(box.cwd, 'src', 'deep'), { recursive: true })
    const files = { 'src/b.ts': 'b', 'src/deep/a.ts': 'a', 'src/c.md': 'c', 'with [a] comma, and star*.txt': 'odd' }
    for (const [name, content] of Object.entries(files)) writeFileSync(join(box.cwd, name), content)
    writeFileSync(join(box.cwd, 'photo.bin'), PNG)
    return box
  }

  test('files, patterns, a URL and stdin, in their order', async () => {
    const daemon = await fake()
    const args = ['-f', 'photo.bin', '-f', 'src/**/*.ts', '--file=-', '-f', 'https://example.org/x.png', '-f', 'with [a] comma, and star*.txt', 'look']
    expect(await ask(boxWithFiles(), daemon, args, { input: 'piped' })).toMatchObject({ code: exitCodes.ok, stderr: '' })
    expect(asked(daemon)).toEqual([
      image,
      text('src/b.ts:\n\nb'),
      text('src/deep/a.ts:\n\na'),
      text('stdin:\n\npiped'),
      { type: 'image_url', image_url: { url: 'https://example.org/x.png' } },
      text('with [a] comma, and star*.txt:\n\nodd'),
      text('look'),
    ])
  })
})
