import { defineCommand } from 'citty'
import { exitCodes, type ExitCode } from '../command-line/exit-codes.ts'
import { CliError, notRunningError, usageError } from '../command-line/failure.ts'
import { commonArgs, loadSettings } from '../command-line/settings.ts'
import { findLogFiles, logFileOf } from '../daemon/log-file.ts'
import { follow, lastLines } from '../daemon/read-log.ts'
import { findState, whereLooked } from '../daemon/running-daemon.ts'
import { showJournal } from '../daemon/journal.ts'
import { interruptible } from '../terminal/interrupts.ts'
import { print } from '../terminal/output.ts'

export default defineCommand({
  meta: { name: 'logs', description: 'Show what the daemon in the background says, or said last' },
  args: {
    follow: { type: 'boolean', alias: 'f', description: 'Go on with what it says from now on until Ctrl-C' },
    lines: { type: 'string', alias: 'n', description: 'How many lines of before; 50 by default', valueHint: 'n', default: '50' },
    ...commonArgs,
  },
  async run({ args }): Promise<ExitCode> {
    if (!/^\d{1,6}$/.test(args.lines)) throw usageError(`--lines takes a whole number, not "${args.lines}"`)
    const lines = Number(args.lines)
    const settings = await loadSettings(args)
    const state = findState(settings, process.env)
    if (state !== undefined && state.log === undefined) {
      throw new CliError(`the daemon at ${state.url} writes to the terminal or the pipe that it was started with, so nothing is kept`)
    }
    const log = state?.log ?? lastLog(settings.sources.port === 'default' ? undefined : settings.config.port)
    if (log && 'unit' in log) return showJournal({ unit: log.unit, lines, follow: args.follow === true })
    const path = log?.file
    if (path === undefined) throw notRunningError(`${whereLooked(settings)}, and none has left a log`)
    return interruptible(async (signal) => {
      const { text, end } = readLog(path, lines)
      await print(text, signal)
      if (args.follow) for await (const piece of follow(path, end, signal)) await print(piece, signal)
      return exitCodes.ok
    })
  },
})

/** What the last daemon in the background has left, on a port or on any. */
function lastLog(port: number | undefined): { file: string } | undefined {
  const file = findLogFiles(process.env).findLast((path) => port === undefined || path === logFileOf(process.env, port))
  return file === undefined ? undefined : { file }
}

function readLog(path: string, lines: number): { text: string; end: number } {
  try {
    return lastLines(path, lines)
  } catch (error) {
    throw new CliError(`the log cannot be read: ${(error as Error).message}`)
  }
}
