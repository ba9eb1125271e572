import { type ChildProcess, spawn } from 'node:child_process'
import { accessSync, constants } from 'node:fs'
import type { Writable } from 'node:stream'
import { killGroup } from '../system/kill-group.ts'

/** The descriptor in a process by which its watcher hears of the daemon's end. */
const LIFE_LINE = 4

const SHELL = '/bin/sh'

/**
 * Before it becomes the program, the shell leaves a watcher behind, in the same process group. That waits for the end of
 * the life line, and ends the group: the program, what that started, and itself. The commands of an agent have groups of
 * their own; they are found by their TMPDIR, which each program has its own of, where the system shows environments. The
 * program is stopped first, so that it starts no more of them.
 */
const SCRIPT = `
watch() {
  read -r _
  kill -STOP $$
  self=$(exec ${SHELL} -c 'echo $PPID')
  for round in 1 2 3 4 5; do
    found=
    for file in $(grep -lzsxF "TMPDIR=$TMPDIR" /proc/[0-9]*/environ); do
      pid=\${file#/proc/}
      pid=\${pid%/environ}
      [ "$pid" = "$self" ] || { kill -KILL "$pid" && found=1; }
    done
    [ "$found" ] || break
  done
  kill -KILL 0
}
watch <&${LIFE_LINE} 3<&- ${LIFE_LINE}<&- >/dev/null 2>&1 &
exec ${LIFE_LINE}<&-
exec "$0" "$@"`

export interface WatchedOptions {
  cwd: string
  env: Record<string, string>
  /** Whether it has descriptor 3, as a pipe. */
  channel: boolean
}

export interface Ending {
  exitCode: number | undefined
  signal: string | undefined
  /** The system's error when it could not be started. */
  code: string | undefined
}

/**
 * Starts a program that ends with the daemon, whatever that dies of and however early: opencode itself never looks at its
 * parent, and our plugin in it only once it is loaded, a second after the start. What it started ends with it, too.
 *
 * Node's own function, for execa throws where no descriptor is left, before it listens to the error that ends the daemon.
 * @throws the system's error, where it is one of those that Node throws
 */
export function spawnWatched(file: string, args: string[], { cwd, env, channel }: WatchedOptions): ChildProcess {
  // Windows has neither the shell nor groups, and some containers have no shell.
  const watched = hasShell()
  const child = spawn(watched ? SHELL : file, watched ? ['-c', SCRIPT, file, ...args] : args, {
    cwd,
    env,
    // Of its own, so that a Ctrl-C in the terminal is the daemon's to handle and a wrapper script dies with its child.
    detached: true,
    stdio: ['pipe', 'pipe', 'pipe', channel ? 'pipe' : 'ignore', ...(watched ? (['pipe'] as const) : [])],
    windowsHide: true,
  })
  const line = child.stdio?.[LIFE_LINE] as Writable | undefined
  line?.on('error', () => {})
  child.once('exit', () => line?.end())
  return child
}

/** Ends a program that `spawnWatched` started, and with it what that started; nothing once it has gone, for its id may be a stranger's then. */
export function killWatched({ pid, stdio, exitCode, signalCode }: ChildProcess): void {
  if (pid === undefined || exitCode !== null || signalCode !== null) return
  // The watcher ends the rest once it has gone.
  if (stdio?.[LIFE_LINE]) kill(pid)
  else killGroup(pid)
}

function kill(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL')
  } catch {
    // It is gone already.
  }
}

/** Resolves when a process has gone, and everything was read of it. */
export function endingOf(child: ChildProcess): Promise<Ending> {
  return new Promise((resolve) => {
    child.once('error', (error: NodeJS.ErrnoException) => resolve({ exitCode: undefined, signal: undefined, code: error.code ?? 'UNKNOWN' }))
    child.once('close', (exitCode, signal) => resolve({ exitCode: exitCode ?? undefined, signal: signal ?? undefined, code: undefined }))
  })
}

function hasShell(): boolean {
  try {
    accessSync(SHELL, constants.X_OK)
    return true
  } catch {
    return false
  }
}
