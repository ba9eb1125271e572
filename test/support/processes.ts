import { readdirSync, readFileSync } from 'node:fs'
import { timeUntil } from './until.ts'

/** The processes whose `HOME` is this one, so those that a test started, however they came about. Linux only, else none. */
export function processesOf(home: string): number[] {
  return pids().filter((pid) => pid !== process.pid && readProc(pid, 'environ').split('\0').includes(`HOME=${home}`))
}

/** Which of `words` stand in the command line of any process of this machine. Linux only, else none. */
export function wordsInCommandLines(words: string[]): string[] {
  const lines = pids().map((pid) => readProc(pid, 'cmdline'))
  return words.filter((word) => lines.some((line) => line.includes(word)))
}

/** Whether it runs; one that has ended and waits for its parent to notice does not. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
  } catch {
    return false
  }
  const stat = readProc(pid, 'stat')
  return stat.slice(stat.lastIndexOf(')') + 2)[0] !== 'Z'
}

/** Kills those of them that have not ended by themselves meanwhile. */
export function killAll(processes: number[]): void {
  for (const pid of processes) {
    try {
      process.kill(pid, 'SIGKILL')
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error
    }
  }
}

/** Milliseconds until the last of these processes is gone. */
export function timeUntilGone(processes: number[]): Promise<number> {
  return timeUntil(() => !processes.some(isAlive))
}

/**
 * Milliseconds until no process of `processesOf` is left. After a daemon that was killed, for then the watchers end by
 * themselves, and the last thing that each of them does is to look whether it has ended the others.
 */
export function timeUntilNoneOf(home: string, timeout?: number): Promise<number> {
  return timeUntil(() => processesOf(home).length === 0, timeout)
}

/** The processes that run a request, the oldest first. */
export async function busyProcesses(bridge: { status(): Promise<any> }): Promise<number[]> {
  const { engine } = await bridge.status()
  return engine.processes.flatMap(({ pid, state }: { pid: number; state: string }) => (state === 'acquired' ? [pid] : []))
}

function pids(): number[] {
  if (process.platform !== 'linux') return []
  return readdirSync('/proc').map(Number).filter(Number.isInteger)
}

/** Empty for a process that is gone or another user's. */
function readProc(pid: number, name: string): string {
  try {
    return readFileSync(`/proc/${pid}/${name}`, 'utf8')
  } catch {
    return ''
  }
}
