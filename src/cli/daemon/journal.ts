import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { exitCodes, type ExitCode } from '../command-line/exit-codes.ts'
import { CliError } from '../command-line/failure.ts'

export interface JournalQuery {
  unit: string
  lines: number
  follow: boolean
}

/** Has journalctl show the lines of a unit of this user, on this terminal. */
export function showJournal({ unit, lines, follow }: JournalQuery): Promise<ExitCode> {
  return runThrough('journalctl', ['--user', '--unit', unit, '--output', 'short-iso', '--no-pager', '--lines', String(lines), ...(follow ? ['--follow'] : [])])
}

/** Runs a program of the system on our own streams, and ends as it ends. @throws CliError where there is no such program */
export async function runThrough(file: string, args: readonly string[]): Promise<ExitCode> {
  const child = spawn(file, args, { stdio: 'inherit' })
  // Ctrl-C reaches it by itself, since it is in the terminal's foreground, too.
  const wait = () => {}
  process.on('SIGINT', wait)
  try {
    const [code, signal] = (await once(child, 'exit')) as [number | null, NodeJS.Signals | null]
    if (signal === 'SIGINT') return exitCodes.interrupted
    return code === 0 ? exitCodes.ok : exitCodes.failure
  } catch (error) {
    throw new CliError(`${file} cannot be run: ${(error as Error).message}`)
  } finally {
    process.off('SIGINT', wait)
  }
}
