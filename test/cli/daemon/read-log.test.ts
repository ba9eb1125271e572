import { appendFileSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { follow, lastLines } from '../../../src/cli/daemon/read-log.ts'

let folder: string
let path: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'ocb-log-'))
  path = join(folder, 'daemon-1.log')
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

describe('the last lines of a log', () => {
  test.each([
    ['one\ntwo\nthree\n', 2, 'two\nthree\n'],
    ['one\ntwo\nthree', 2, 'two\nthree'],
    ['one\n', 5, 'one\n'],
    ['one\n', 0, ''],
    ['', 5, ''],
  ])('of %j, %i', (content, wanted, text) => {
    writeFileSync(path, content)
    expect(lastLines(path, wanted)).toEqual({ text, end: content.length })
  })

  test('are found in a long file, however characters fall on what is read at a time', () => {
    const line = `${'é🌍'.repeat(30)}\n`
    writeFileSync(path, line.repeat(2_000))
    expect(lastLines(path, 700).text).toBe(line.repeat(700))
  })

  test('of no file are an error', () => {
    expect(() => lastLines(path, 1)).toThrow('ENOENT')
  })
})

describe('following', () => {
  test('gives what is added, and the whole of what takes the place of the file', async () => {
    writeFileSync(path, 'before\n')
    const controller = new AbortController()
    const pieces = follow(path, 7, controller.signal)
    const next = pieces.next()
    appendFileSync(path, 'added 🌍\n')
    expect((await next).value).toBe('added 🌍\n')
    renameSync(path, `${path}.1`)
    writeFileSync(path, 'a new and longer file than that before\n')
    expect((await pieces.next()).value).toBe('a new and longer file than that before\n')
    writeFileSync(path, 'cut\n')
    expect((await pieces.next()).value).toBe('cut\n')
    const last = pieces.next()
    controller.abort()
    await expect(last).rejects.toMatchObject({ name: 'AbortError' })
  })
})
