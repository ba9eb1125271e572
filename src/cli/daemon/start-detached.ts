import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { closeSync, readFileSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { exitCodes, type ExitCode } from '../command-line/exit-codes.ts'
import { CliError } from '../command-line/failure.ts'
import { isProven } from './daemon-proof.ts'
import { openLogFile } from './log-file.ts'
import { getSmallAnswer } from './small-answer.ts'
import { type DaemonState, readStates } from './state-file.ts'

/** Between two looks at whether it is there. Milliseconds. */
const INTERVAL = 100

export interface DetachedStart {
  /** Of `start`, without `--detach`. */
  args: readonly string[]
  cwd: string
  env: NodeJS.ProcessEnv
  /** The one that it is going to ask for; its log is called after it. */
  port: number
  /** Milliseconds for its first process, once it listens. */
  patience: number
}

export interface DetachedDaemon {
  state: DaemonState
  log: string
  /** Whether the next request would be answered at once. */
  ready: boolean
}

/**
 * Starts a daemon that outlives this command, its terminal and its session, and waits until it takes requests. What it says
 * goes to its log. Ends it where the signal aborts before.
 * @throws CliError with what the daemon said, and its exit code, where it ended instead
 */
export async function startDetached({ args, cwd, env, port, patience }: DetachedStart, signal: AbortSignal): Promise<DetachedDaemon> {
  const { descriptor, path, length } = openLogFile(env, port)
  const child = spawn(process.execPath, [process.argv[1]!, 'start', ...args], {
    cwd,
    env,
    detached: true,
    stdio: ['ignore', descriptor, descriptor],
    windowsHide: true,
  })
  closeSync(descriptor)
  const ended = once(child, 'exit').then(([code]: Array<number | null>) => {
    throw new CliError(`the daemon did not start\n${readFileSync(path).subarray(length).toString('utf8').trim()}`, { exitCode: asExitCode(code) })
  })
  // Heard while something waits for it, and of no matter afterwards.
  ended.catch(() => {})
  try {
    const state = await Promise.race([ended, appearance(child, env, signal)])
    const ready = await Promise.race([ended, readiness(state, patience, signal)])
    return { state, log: path, ready }
  } catch (error) {
    if (signal.aborted) child.kill('SIGTERM')
    throw error
  } finally {
    child.unref()
  }
}

async function appearance({ pid }: ChildProcess, env: NodeJS.ProcessEnv, signal: AbortSignal): Promise<DaemonState> {
  for (;;) {
    const state = readStates(env).find((found) => found.pid === pid)
    if (state !== undefined && (await isProven(state))) return state
    await sleep(INTERVAL, undefined, { signal })
  }
}

async function readiness({ url }: DaemonState, patience: number, signal: AbortSignal): Promise<boolean> {
  const deadline = Date.now() + patience
  while (Date.now() < deadline) {
    const ready = await getSmallAnswer(`${url}/ready`).then(
      () => true,
      () => false,
    )
    if (ready) return true
    await sleep(INTERVAL, undefined, { signal })
  }
  return false
}

function asExitCode(code: number | null | undefined): ExitCode {
  return Object.values(exitCodes).find((known) => known === code && known !== exitCodes.ok) ?? exitCodes.failure
}
