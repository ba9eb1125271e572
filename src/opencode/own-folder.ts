import { lstatSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { listFolder } from '../system/list-folder.ts'
import { isAlive, processStart } from '../system/process-identity.ts'
import { endRecorded } from './process-record.ts'

const PREFIX = 'opencode-bridge-'

/** The daemon's id and, where the system tells it, its start: both say whose the folder is, when it is found later. */
const NAME = new RegExp(`^${PREFIX}(?<pid>\\d+)-(?:(?<start>\\d+)-)?\\w{6}$`)

/** Makes a folder that only this process uses, to be removed by it; a later daemon of the user's does where it could not. */
export function makeOwnFolder(parent: string): string {
  const start = processStart(process.pid)
  return mkdtempSync(join(parent, `${PREFIX}${process.pid}-${start === undefined ? '' : `${start}-`}`))
}

/** Removes this user's folders of daemons that were killed, and ends what is left of their processes. */
export function sweepOwnFolders(parent: string): void {
  for (const name of readdirSync(parent)) {
    const path = join(parent, name)
    const { pid, start } = NAME.exec(name)?.groups ?? {}
    if (pid === undefined || isRunning(Number(pid), start) || !isOurs(path)) continue
    for (const inner of listFolder(path)) endRecorded(join(path, inner))
    rmSync(path, { recursive: true, force: true })
  }
}

/** In a container every daemon may have the same id. */
function isRunning(pid: number, start: string | undefined): boolean {
  return isAlive(pid) && (start === undefined || start === processStart(pid))
}

function isOurs(path: string): boolean {
  return process.getuid === undefined || lstatSync(path, { throwIfNoEntry: false })?.uid === process.getuid()
}
