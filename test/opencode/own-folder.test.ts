import { chownSync, existsSync, mkdirSync, mkdtempSync, rmSync, statSync, utimesSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { makeOwnFolder, signOwnFolder, sweepOwnFolders } from '../../src/opencode/own-folder.ts'

/** An id that no process has. */
const DEAD = 2 ** 22 + 1
const DAY = 24 * 60 * 60_000

let parent: string
beforeEach(() => {
  parent = mkdtempSync(join(tmpdir(), 'own-folder-'))
})
afterEach(() => rmSync(parent, { recursive: true, force: true }))

/** A daemon's folder; `age` is the milliseconds since it said that it is there. */
function folder(name: string, age = 0): string {
  const path = join(parent, name)
  mkdirSync(join(path, 'tmp-1'), { recursive: true })
  const at = new Date(Date.now() - age)
  utimesSync(path, at, at)
  return path
}

describe.runIf(process.platform === 'linux')('sweeping', () => {
  test('takes away what a dead daemon left, and leaves that of one that runs', () => {
    const mine = makeOwnFolder(parent)
    const [, , , start, space] = basename(mine).split('-')
    const dead = folder(`opencode-bridge-${DEAD}-${start}-${space}-AAAAAA`)
    const reused = folder(`opencode-bridge-${process.pid}-1-${space}-AAAAAA`)
    sweepOwnFolders(parent)
    expect([mine, dead, reused].map((path) => existsSync(path))).toEqual([true, false, false])
  })

  test('leaves a daemon of another container its folder for as long as that says it is there', () => {
    const alive = folder(`opencode-bridge-${DEAD}-1-0123456789ab-AAAAAA`, DAY / 2)
    const silent = folder(`opencode-bridge-${DEAD}-1-0123456789ab-BBBBBB`, 2 * DAY)
    // The same id as ours is another process there.
    const same = folder(`opencode-bridge-${process.pid}-1-0123456789ab-CCCCCC`)
    sweepOwnFolders(parent)
    expect([alive, silent, same].map((path) => existsSync(path))).toEqual([true, false, true])
  })

  test('a daemon says that it is there', () => {
    const path = folder(`opencode-bridge-${DEAD}-1-0123456789ab-AAAAAA`, 2 * DAY)
    signOwnFolder(path)
    expect(Date.now() - statSync(path).mtimeMs).toBeLessThan(DAY)
    sweepOwnFolders(parent)
    expect(existsSync(path)).toBe(true)
  })

  test.runIf(process.getuid?.() === 0)('passes by what is another user’s, also where that cannot be read', () => {
    const other = folder(`opencode-bridge-${DEAD}-1-0123456789ab-AAAAAA`, 2 * DAY)
    chownSync(other, 12_345, 12_345)
    sweepOwnFolders(parent)
    expect(existsSync(other)).toBe(true)
  })
})
