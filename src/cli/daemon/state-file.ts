import { closeSync, fstatSync, mkdirSync, openSync, readFileSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'
import { type Environment, stateHome } from '../../system/user-folders.ts'
import { processStart } from '../../system/process-identity.ts'

const stateSchema = z.object({
  pid: z.number().int().positive(),
  instance: z.string().min(1),
  url: z.url(),
  port: z.number().int(),
  startedAt: z.string(),
  version: z.string(),
  /** Tells our process from a later one with the same id; see `processStart`. */
  processStart: z.string().optional(),
  /** What the daemon proves by that it is the one that wrote this. */
  secret: z.string().min(32),
  /** What `start` was given, and where: `restart` gives it again. */
  args: z.array(z.string()).default([]),
  cwd: z.string().default('/'),
  /** Where its log is: a file, or the journal under the name of a unit. Absent where it is on a terminal or in a pipe. */
  log: z.union([z.object({ file: z.string() }), z.object({ unit: z.string() })]).optional(),
  /** The manager of services that runs it, and restarts it. */
  manager: z.enum(['systemd', 'launchd']).optional(),
})

/** What a running daemon leaves for `stop`, `status` and `ask` to find it by. */
export type DaemonState = z.output<typeof stateSchema>

/** What of a state only the process itself can tell. */
export type OwnCircumstances = Pick<DaemonState, 'args' | 'cwd' | 'log' | 'manager'>

/** Describes this process as the daemon at `url`. */
export function describeThisDaemon(
  daemon: { url: string; instance: string; secret: string },
  version: string,
  circumstances: OwnCircumstances = { args: [], cwd: process.cwd() },
): DaemonState {
  const start = processStart(process.pid)
  return {
    pid: process.pid,
    instance: daemon.instance,
    url: daemon.url,
    port: Number(new URL(daemon.url).port),
    startedAt: new Date().toISOString(),
    version,
    secret: daemon.secret,
    ...circumstances,
    ...(start !== undefined && { processStart: start }),
  }
}

/** Writes the state atomically, so that nobody reads half of it. Only its owner may read it. */
export function writeState(env: Environment, state: DaemonState): void {
  mkdirSync(stateFolder(env), { recursive: true, mode: 0o700 })
  const path = pathOf(env, state.port)
  const temporary = `${path}.${process.pid}.tmp`
  writeFileSync(temporary, `${JSON.stringify(state, undefined, 2)}\n`, { mode: 0o600 })
  renameSync(temporary, path)
}

/** Removes a daemon's state, unless another daemon has taken its place since. */
export function removeState(env: Environment, state: DaemonState): void {
  const path = pathOf(env, state.port)
  if (read(path)?.instance === state.instance) rmSync(path, { force: true })
}

/** The state of every daemon that left one; some may be gone. A file that is not ours alone, or broken, is ignored. */
export function readStates(env: Environment): DaemonState[] {
  const folder = stateFolder(env)
  let names: string[]
  try {
    names = readdirSync(folder)
  } catch {
    return []
  }
  return names
    .filter((name) => /^daemon-\d+\.json$/.test(name))
    .map((name) => read(join(folder, name)))
    .filter((state) => state !== undefined)
}

function read(path: string): DaemonState | undefined {
  try {
    return stateSchema.parse(JSON.parse(readPrivate(path)))
  } catch {
    return undefined
  }
}

/** Reads a file that nobody but this user can have written or read: keys go where it says. */
function readPrivate(path: string): string {
  const file = openSync(path, 'r')
  try {
    const { uid, mode } = fstatSync(file)
    // Windows has neither.
    if (process.getuid !== undefined && (uid !== process.getuid() || (mode & 0o077) !== 0)) throw new Error('not private')
    return readFileSync(file, 'utf8')
  } finally {
    closeSync(file)
  }
}

function pathOf(env: Environment, port: number): string {
  return join(stateFolder(env), `daemon-${port}.json`)
}

/** Where daemons leave what is of this machine only. */
export function stateFolder(env: Environment): string {
  return join(stateHome(env), 'opencode-bridge')
}
