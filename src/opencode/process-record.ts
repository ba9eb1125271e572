import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { killGroup } from '../system/kill-group.ts'
import { processStart } from '../system/process-identity.ts'

const NAME = 'opencode-bridge.pid'

/** Notes which process a folder is for, so that the next daemon can end it where this one and its watcher could not. */
export function recordProcess(folder: string, pid: number): void {
  const start = processStart(pid)
  // Without it nothing proves later that an id is still the same process's.
  if (start === undefined) return
  try {
    writeFileSync(join(folder, NAME), `${pid} ${start}`, { mode: 0o600 })
  } catch {
    // A full disk; the watcher is still there.
  }
}

/** Ends the process that a folder of a dead daemon is for, if it still runs, and what is in its group. */
export function endRecorded(folder: string): void {
  const [pid, start] = readRecord(folder)
  if (!pid || processStart(Number(pid)) !== start) return
  killGroup(Number(pid))
}

function readRecord(folder: string): (string | undefined)[] {
  try {
    return readFileSync(join(folder, NAME), 'utf8').split(' ')
  } catch {
    return []
  }
}
