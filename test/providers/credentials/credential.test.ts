import { mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { createCredential } from '../../../src/providers/credentials/credential.ts'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'ocb-credential-'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

const options = { env: { TOKEN: ' tok-1\n', EMPTY: '', BROKEN: 'two words' }, signal: new AbortController().signal }

test('a variable is read', async () => {
  expect(await createCredential({ from: 'env', name: 'TOKEN' }, options).get()).toBe('tok-1')
})

test.each([
  ['ABSENT', 'the environment variable ABSENT is not set'],
  ['EMPTY', 'the environment variable EMPTY is not set'],
  ['BROKEN', 'the environment variable BROKEN holds characters that no header can carry'],
])('the variable %s is an error that names it', async (name, why) => {
  await expect(createCredential({ from: 'env', name }, options).get()).rejects.toThrow(why)
})

test('a file is read for each request, so a secret that is replaced counts at once', async () => {
  const path = join(folder, 'token')
  const credential = createCredential({ from: 'file', path }, options)
  writeFileSync(path, 'tok-1\n')
  expect(await credential.get()).toBe('tok-1')
  writeFileSync(`${path}.new`, '{"token":"tok-2"}')
  renameSync(`${path}.new`, path)
  expect(await credential.get()).toBe('tok-2')
  expect(await credential.renew('tok-2')).toBe('tok-2')
})

test.each<[string, (path: string) => void, string]>([
  ['that is not there', () => {}, 'does not exist'],
  ['that is empty', (path) => writeFileSync(path, '\n'), 'holds no token in a form that is known'],
  ['that is large', (path) => writeFileSync(path, 'a'.repeat(65_537)), 'holds more than 64 kB'],
])('a file %s is an error that names it, not what it holds', async (_name, make, why) => {
  const path = join(folder, 'token')
  make(path)
  await expect(createCredential({ from: 'file', path }, options).get()).rejects.toThrow(`the file ${path} ${why}`)
})

test('a folder in place of a file is an error, too', async () => {
  await expect(createCredential({ from: 'file', path: folder }, options).get()).rejects.toMatchObject({ code: 'credential_failed' })
})
