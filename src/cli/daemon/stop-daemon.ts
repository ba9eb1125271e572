import { setTimeout as sleep } from 'node:timers/promises'
import { isProven } from './daemon-proof.ts'
import { CliError } from '../command-line/failure.ts'
import { probe } from './health.ts'
import { isAlive, processStart } from '../../system/process-identity.ts'
import type { DaemonState } from './state-file.ts'
import { command } from '../command-line/called-as.ts'

/**
 * Whose the process in a state file is: `ours`, `gone` (no process, or surely another one), or `unknown` when
 * nothing proves either. An id alone proves nothing, because the system gives it to strangers later.
 */
export async function identify(state: DaemonState): Promise<'ours' | 'gone' | 'unknown'> {
  if (await isProven(state)) return 'ours'
  const health = await probe(state.url)
  if (health && (health.instance !== state.instance || health.pid !== state.pid)) return 'gone'
  if (!isAlive(state.pid)) return 'gone'
  // A daemon that hangs does not answer, but it started when its file says so.
  const start = processStart(state.pid)
  if (start === undefined || state.processStart === undefined) return 'unknown'
  return start === state.processStart ? 'ours' : 'gone'
}

export interface StopOptions {
  /** Milliseconds for the daemon to drain. */
  patience: number
  /** End it at once when it did not drain in time. */
  force: boolean
}

/** Ends a daemon that was identified as ours and resolves when its process is gone. */
export async function stopDaemon(state: DaemonState, { patience, force }: StopOptions): Promise<void> {
  send(state.pid, 'SIGTERM')
  if (await isGone(state, patience)) return
  if (!force) throw new CliError(`the daemon (pid ${state.pid}) is still running`, { hint: `${command} stop --force ends it and its requests` })
  send(state.pid, 'SIGKILL')
  if (!(await isGone(state, 5_000))) throw new CliError(`the daemon (pid ${state.pid}) cannot be killed`)
}

function send(pid: number, signal: 'SIGTERM' | 'SIGKILL'): void {
  try {
    process.kill(pid, signal)
  } catch (error) {
    // It ended by itself meanwhile.
    if ((error as NodeJS.ErrnoException).code === 'ESRCH') return
    throw new CliError(`the daemon (pid ${pid}) cannot be signalled: ${(error as Error).message}`)
  }
}

async function isGone(state: DaemonState, patience: number): Promise<boolean> {
  const deadline = Date.now() + patience
  const start = processStart(state.pid)
  while (isAlive(state.pid) && processStart(state.pid) === start) {
    if (Date.now() >= deadline) return false
    await sleep(50)
  }
  return true
}
