import { fstatSync, mkdirSync, openSync, readFileSync, readlinkSync, renameSync, statSync } from 'node:fs'
import { isAbsolute, join } from 'node:path'
import type { Environment } from '../../system/user-folders.ts'
import { listFolder } from '../../system/list-folder.ts'
import { type DaemonState, stateFolder } from './state-file.ts'

const STDERR = 2

/** A log that is longer at a start makes room for another; the one before it is kept. Bytes. */
const LONG = 10 * 1024 * 1024

/** Where the log of a daemon without a terminal goes. */
export function logFileOf(env: Environment, port: number): string {
  return join(stateFolder(env), `daemon-${port}.log`)
}

/** Opens it to write at its end, so that daemons one after the other share it. Only its owner may read it. */
export function openLogFile(env: Environment, port: number): { descriptor: number; path: string; length: number } {
  mkdirSync(stateFolder(env), { recursive: true, mode: 0o700 })
  const path = logFileOf(env, port)
  if ((statSync(path, { throwIfNoEntry: false })?.size ?? 0) > LONG) renameSync(path, `${path}.1`)
  const descriptor = openSync(path, 'a', 0o600)
  return { descriptor, path, length: fstatSync(descriptor).size }
}

/** The logs that daemons left, the latest last. */
export function findLogFiles(env: Environment): string[] {
  const folder = stateFolder(env)
  return listFolder(folder)
    .filter((name) => /^daemon-\d+\.log$/.test(name))
    .map((name) => join(folder, name))
    .toSorted((one, other) => statSync(one).mtimeMs - statSync(other).mtimeMs)
}

/** Where the log of this process goes, as far as others can read it there. */
export function ownLog(env: NodeJS.ProcessEnv, port: number): DaemonState['log'] {
  try {
    const { dev, ino } = fstatSync(STDERR)
    // @see systemd.exec(5), JOURNAL_STREAM
    if (env.JOURNAL_STREAM === `${dev}:${ino}`) return { unit: ownUnit() }
    const file = [logFileOf(env, port), ...linkedFile()].find((path) => {
      const found = statSync(path, { throwIfNoEntry: false })
      return found?.isFile() && found.dev === dev && found.ino === ino
    })
    return file === undefined ? undefined : { file }
  } catch {
    return undefined
  }
}

/** The file that stderr is, of whatever name; only Linux says. */
function linkedFile(): string[] {
  try {
    const path = readlinkSync(`/proc/self/fd/${STDERR}`)
    return isAbsolute(path) ? [path] : []
  } catch {
    return []
  }
}

/** The unit of systemd that this process is in, by the last part of its control group. */
function ownUnit(): string {
  return /([^/\n]+\.service)\s*$/m.exec(readFileSync('/proc/self/cgroup', 'utf8'))?.[1] ?? 'opencode-bridge.service'
}
