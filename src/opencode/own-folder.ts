import { lstatSync, mkdtempSync, rmSync, type Stats, utimesSync } from 'node:fs'
import { join } from 'node:path'
import { listFolder } from '../system/list-folder.ts'
import { isAlive, processSpace, processStart } from '../system/process-identity.ts'
import { endRecorded } from './process-record.ts'

const PREFIX = 'opencode-bridge-'

/**
 * The daemon's id and, where the system tells them, its start and the space that its id is of: they say whose the folder
 * is, when it is found later.
 */
const NAME = new RegExp(`^${PREFIX}(?<pid>\\d+)-(?:(?<start>\\d+)-)?(?:(?<space>[0-9a-f]{12})-)?\\w{6}$`)

/** Milliseconds between two signs of life in a folder, and without one after which its daemon is taken for dead. */
const SIGN_INTERVAL = 10 * 60_000
const SIGN_LIFETIME = 24 * 60 * 60_000

/** Makes a folder that only this process uses, to be removed by it; a later daemon of the user's does where it could not. */
export function makeOwnFolder(parent: string): string {
  const known = [process.pid, processStart(process.pid), processSpace()].filter((part) => part !== undefined)
  return mkdtempSync(join(parent, `${PREFIX}${known.join('-')}-`))
}

/** Says that this process is there to those that cannot see it. */
export function signOwnFolder(path: string): void {
  if (Date.now() - lstatSync(path).mtimeMs > SIGN_INTERVAL) utimesSync(path, new Date(), new Date())
}

/** Removes this user's folders of daemons that were killed, and ends what is left of their processes. */
export function sweepOwnFolders(parent: string): void {
  for (const name of listFolder(parent)) {
    const path = join(parent, name)
    const groups = NAME.exec(name)?.groups
    const stats = groups && lstatSync(path, { throwIfNoEntry: false })
    if (!stats || !isOurs(stats)) continue
    const { pid, start, space } = groups
    if (space !== processSpace()) {
      // Of another container or machine, where the same id is another process: only time tells.
      if (Date.now() - stats.mtimeMs < SIGN_LIFETIME) continue
    } else {
      if (isRunning(Number(pid), start)) continue
      for (const inner of listFolder(path)) endRecorded(join(path, inner))
    }
    remove(path)
  }
}

/** What others have made unremovable in it must not keep a daemon from starting. */
function remove(path: string): void {
  try {
    rmSync(path, { recursive: true, force: true })
  } catch {
    // The next daemon tries again.
  }
}

/** In a container every daemon may have the same id. */
function isRunning(pid: number, start: string | undefined): boolean {
  return isAlive(pid) && (start === undefined || start === processStart(pid))
}

function isOurs({ uid }: Stats): boolean {
  return process.getuid === undefined || uid === process.getuid()
}
