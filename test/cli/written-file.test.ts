import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { backupOf, takeBack, writeWithBackup } from '../../src/cli/written-file.ts'

let folder: string
let path: string
const original = Buffer.from([0xef, 0xbb, 0xbf, 0x61, 0x0d, 0x0a, 0xff, 0x00])

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'ocb-connect-'))
  path = join(folder, 'settings.json')
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

function leftovers(): boolean {
  return existsSync(backupOf(path)) || existsSync(`${path}.ocb-written`)
}

it('restores every byte, and the permissions', () => {
  writeFileSync(path, original)
  chmodSync(path, 0o640)
  writeWithBackup(path, 'ours')
  expect(readFileSync(path, 'utf8')).toBe('ours')
  expect(statSync(backupOf(path)).mode & 0o777).toBe(0o600)
  expect(takeBack(path)).toBe('restored')
  expect(readFileSync(path)).toEqual(original)
  expect(statSync(path).mode & 0o777).toBe(0o640)
  expect(leftovers()).toBe(false)
})

it('removes a file that did not exist', () => {
  path = join(folder, 'a', 'b.json')
  writeWithBackup(path, 'ours')
  writeWithBackup(path, 'ours, again')
  expect(takeBack(path)).toBe('removed')
  expect(existsSync(path)).toBe(false)
  expect(leftovers()).toBe(false)
})

it('restores what was before the first of several times', () => {
  writeFileSync(path, original)
  writeWithBackup(path, 'one')
  writeWithBackup(path, 'two')
  takeBack(path)
  expect(readFileSync(path)).toEqual(original)
})

it('restores what somebody made of it between two times', () => {
  writeFileSync(path, original)
  writeWithBackup(path, 'one')
  writeFileSync(path, 'one, and mine')
  writeWithBackup(path, 'two, and mine')
  takeBack(path)
  expect(readFileSync(path, 'utf8')).toBe('one, and mine')
})

it('leaves a link a link', () => {
  const target = join(folder, 'dotfiles.json')
  writeFileSync(target, original)
  symlinkSync(target, path)
  writeWithBackup(path, 'ours')
  expect(readFileSync(target, 'utf8')).toBe('ours')
  takeBack(path)
  expect(readFileSync(target)).toEqual(original)
})

it('takes out what it wrote where somebody changed the rest since, if what is left is sound', () => {
  const before = '{\n  "mine": 1\n}\n'
  writeFileSync(path, before)
  writeWithBackup(path, '{\n  "mine": 1,\n  "ours": 2\n}\n')
  writeFileSync(path, '{"mine":1,"ours":2,"theirs":3}')
  expect(() => takeBack(path, () => false)).toThrow('was changed since')
  expect(takeBack(path, (text) => Object.hasOwn(JSON.parse(text) as object, 'theirs'))).toBe('taken out')
  expect(JSON.parse(readFileSync(path, 'utf8'))).toEqual({ mine: 1, theirs: 3 })
  expect(leftovers()).toBe(false)
})

it('leaves alone what was changed since and cannot be told apart, and what it did not write', () => {
  writeFileSync(path, original)
  expect(() => takeBack(path)).toThrow('nothing to take back')
  writeWithBackup(path, 'ours')
  writeFileSync(path, 'ours, and mine')
  expect(() => takeBack(path)).toThrow('was changed since')
  expect(readFileSync(path, 'utf8')).toBe('ours, and mine')
  expect(readFileSync(backupOf(path))).toEqual(original)
})
