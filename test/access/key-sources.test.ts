import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { createAuthenticate } from '../../src/access/authenticate.ts'
import { KeySources } from '../../src/access/key-sources.ts'
import { ownProof } from '../../src/access/own-proof.ts'
import { openKeySources } from '../../src/daemon/open-key-sources.ts'
import type { SourceInput } from '../../src/config/sections/providers.ts'

let folder: string
let warn: ReturnType<typeof vi.fn<(message: string) => void>>
const ending = new AbortController()
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'ocb-keys-'))
  warn = vi.fn<(message: string) => void>()
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

function gate(apiKeySources: SourceInput[], env: NodeJS.ProcessEnv = {}) {
  const sources = openKeySources({ apiKeySources }, { env, signal: ending.signal })
  const authenticate = createAuthenticate({ apiKeys: [], apiKeySources }, { sources: new KeySources({ sources, log: { warn } }) })
  const ask = (key?: string) =>
    authenticate({ headers: new Headers(key === undefined ? {} : { authorization: `Bearer ${key}` }), url: new URL('http://bridge.test/') }).then(
      ({ id }) => id,
      (error: { status: number }) => error.status,
    )
  return { ask, proof: () => ownProof({ apiKeys: [] }, sources) }
}

/** Prints what is in a file, and counts how often. */
const printing = (file: string): SourceInput => ({
  command: process.execPath,
  args: ['-e', `const fs = require('fs'); fs.appendFileSync('${file}.runs', '.'); process.stdout.write(fs.readFileSync('${file}', 'utf8'))`],
})

test('a variable, a file and a command, each a client of its own', async () => {
  const [file, printed] = ['file', 'printed'].map((name) => join(folder, name)) as [string, string]
  writeFileSync(file, 'key-of-the-file\n')
  writeFileSync(printed, 'key-of-the-command')
  const { ask, proof } = gate([{ env: 'A_KEY' }, { file }, printing(printed)], { A_KEY: 'key-of-the-variable' })
  expect(await Promise.all(['key-of-the-variable', 'key-of-the-file', 'key-of-the-command', 'another-key', undefined].map(ask))).toEqual([
    'source:0',
    'source:1',
    'source:2',
    401,
    401,
  ])
  expect(await proof()).toBe('key-of-the-variable')
})

test('a new key counts at once, and the one before it no more; the client stays the same', async () => {
  const [file, printed] = ['file', 'printed'].map((name) => join(folder, name)) as [string, string]
  writeFileSync(file, 'first-of-the-file')
  writeFileSync(printed, 'first-of-the-command')
  const { ask } = gate([{ file }, printing(printed)])
  expect([await ask('first-of-the-file'), await ask('first-of-the-command')]).toEqual(['source:0', 'source:1'])
  writeFileSync(file, 'second-of-the-file')
  writeFileSync(printed, 'second-of-the-command')
  expect([await ask('second-of-the-file'), await ask('first-of-the-file')]).toEqual(['source:0', 401])
  expect([await ask('second-of-the-command'), await ask('first-of-the-command')]).toEqual(['source:1', 401])
})

test('a source that fails, or whose key is too short, lets nobody in, is told of once, and never with its key', async () => {
  const file = join(folder, 'short')
  writeFileSync(file, 'short')
  const { ask } = gate([{ env: 'MISSING' }, { file }, { command: process.execPath, args: ['-e', 'console.log("secret-of-the-command"); process.exit(1)'] }])
  for (let round = 0; round < 2; round++) expect([await ask(''), await ask('short'), await ask('secret-of-the-command')]).toEqual([401, 401, 401])
  expect(warn.mock.calls.flat()).toEqual([
    expect.stringContaining('the environment variable MISSING is not set'),
    expect.stringContaining('too short'),
    expect.stringContaining(`the command ${process.execPath} exited with code 1`),
  ])
  expect(JSON.stringify(warn.mock.calls)).not.toContain('secret-of-the-command')
})
