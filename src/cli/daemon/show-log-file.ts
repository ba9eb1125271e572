import { exitCodes, type ExitCode } from '../command-line/exit-codes.ts'
import { CliError } from '../command-line/failure.ts'
import { interruptible } from '../terminal/interrupts.ts'
import { print } from '../terminal/output.ts'
import { follow as followLog, lastLines } from './read-log.ts'

/** Prints the last lines of a log, and what comes after them until Ctrl-C. @throws CliError where it cannot be read */
export function showLogFile(path: string, { lines, follow }: { lines: number; follow: boolean }): Promise<ExitCode> {
  return interruptible(async (signal) => {
    const { text, end } = readLog(path, lines)
    await print(text, signal)
    if (follow) for await (const piece of followLog(path, end, signal)) await print(piece, signal)
    return exitCodes.ok
  })
}

function readLog(path: string, lines: number): { text: string; end: number } {
  try {
    return lastLines(path, lines)
  } catch (error) {
    throw new CliError(`the log cannot be read: ${(error as Error).message}`)
  }
}
