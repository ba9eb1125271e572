import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { exitCodes } from '../../src/cli/command-line/exit-codes.ts'
import { useSandbox } from './sandbox.ts'

const sandbox = useSandbox()
const env = { OPENCODE_BRIDGE_API_KEY: 'sesame-street' }
const port = ['--port', '4999']

test('lists the tools', async () => {
  const { code, stdout } = await sandbox().run(['connect'])
  expect(code).toBe(exitCodes.ok)
  expect(stdout).toMatch(/^codex\s+Codex\n[^]*^env\s/m)
})

test('prints settings, without the key', async () => {
  const box = sandbox()
  for (const tool of ['codex', 'claude', 'opencode', 'cline', 'langchain', 'env']) {
    const { code, stdout, stderr } = await box.run(['connect', tool, ...port, '-m', 'openai/gpt-5'], { env })
    expect({ code, stderr }).toEqual({ code: exitCodes.ok, stderr: '' })
    expect(stdout).toContain('http://127.0.0.1:4999')
    expect(stdout).toContain('OPENCODE_BRIDGE_API_KEY')
    expect(stdout).not.toContain('sesame')
  }
  expect(existsSync(join(box.home, '.codex'))).toBe(false)
})

test('prints what a shell can evaluate', async () => {
  const { stdout } = await sandbox().run(['connect', 'env', ...port, '--model', "it's $HOME"])
  const script = `${stdout}printf '%s|' "$OPENAI_BASE_URL" "$OPENAI_API_KEY" "$ANTHROPIC_BASE_URL" "$ANTHROPIC_MODEL"`
  const run = (more: Record<string, string>): string => execFileSync('sh', ['-c', script], { encoding: 'utf8', env: { PATH: process.env.PATH, ...more } })
  expect(run(env)).toBe("http://127.0.0.1:4999/v1|sesame-street|http://127.0.0.1:4999|it's $HOME|")
  expect(run({})).toContain('|no-key|')
})

test('writes with a diff and takes back', async () => {
  const box = sandbox()
  const path = join(box.home, '.claude', 'settings.json')
  const before = '{\n  // mine\n  "theme": "dark"\n}\n'
  mkdirSync(join(box.home, '.claude'))
  writeFileSync(path, before)

  const { code, stdout } = await box.run(['connect', 'claude', ...port, '--write'], { env })
  expect(code).toBe(exitCodes.ok)
  expect(stdout).toContain('-  "theme": "dark"\n+  "theme": "dark",\n')
  expect(stdout).toContain('+    "ANTHROPIC_BASE_URL": "http://127.0.0.1:4999"')
  expect(readFileSync(path, 'utf8')).toContain('// mine')
  expect(readFileSync(`${path}.ocb-backup`, 'utf8')).toBe(before)
  expect((await box.run(['connect', 'claude', ...port, '--write'], { env })).stdout).toContain('is as it should be')

  expect(await box.run(['connect', 'claude', '--undo'])).toMatchObject({ code: exitCodes.ok, stderr: '' })
  expect(readFileSync(path, 'utf8')).toBe(before)
  expect(await box.run(['connect', 'claude', '--undo'])).toMatchObject({ code: exitCodes.failure, stderr: expect.stringContaining('nothing to take back') })
})

test('leaves a broken file alone', async () => {
  const box = sandbox()
  mkdirSync(join(box.home, '.codex'))
  const path = join(box.home, '.codex', 'config.toml')
  writeFileSync(path, 'a = = b')
  const { code, stderr } = await box.run(['connect', 'codex', '--write'])
  expect(stderr).toContain('config.toml was left alone: it is not TOML')
  expect(code).toBe(exitCodes.failure)
  expect(readFileSync(path, 'utf8')).toBe('a = = b')
})

test.each([
  [['connect', 'codx'], 'unknown tool "codx"; did you mean codex?'],
  [['connect', 'codex', 'claude'], 'unexpected argument "claude"'],
  [['connect', 'codex', '--write', '--undo'], 'exclude each other'],
  [['connect', 'cline', '--write'], 'no file to write for Cline'],
])('%j is a usage error', async (args, text) => {
  const { code, stderr } = await sandbox().run(args)
  expect(stderr).toContain(text)
  expect(code).toBe(exitCodes.usage)
})
