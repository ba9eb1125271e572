import type { StringArgDef } from 'citty'
import { defineCommand } from 'citty'
import type { ExitCode } from '../command-line/exit-codes.ts'
import { CliError, notRunningError, usageError } from '../command-line/failure.ts'
import { commonArgs, loadSettings } from '../command-line/settings.ts'
import { showJournal } from '../daemon/journal.ts'
import { findLogFiles, logFileOf } from '../daemon/log-file.ts'
import { findState, whereLooked } from '../daemon/running-daemon.ts'
import { showLogFile } from '../daemon/show-log-file.ts'

/** Of every command that shows a log. */
export const linesArg = {
  type: 'string',
  alias: 'n',
  description: 'How many lines of before; 50 by default',
  valueHint: 'n',
  default: '50',
} satisfies StringArgDef

/** @throws CliError for anything but a whole number */
export function parseLines(text: string): number {
  if (!/^\d{1,6}$/.test(text)) throw usageError(`--lines takes a whole number, not "${text}"`)
  return Number(text)
}

export default defineCommand({
  meta: { name: 'logs', description: 'Show what the daemon in the background says, or said last' },
  args: {
    follow: { type: 'boolean', alias: 'f', description: 'Go on with what it says from now on until Ctrl-C' },
    lines: linesArg,
    ...commonArgs,
  },
  async run({ args }): Promise<ExitCode> {
    const wanted = { lines: parseLines(args.lines), follow: args.follow === true }
    const settings = await loadSettings(args)
    const state = findState(settings, process.env)
    if (state !== undefined && state.log === undefined) {
      throw new CliError(`the daemon at ${state.url} writes to the terminal or the pipe that it was started with, so nothing is kept`)
    }
    const log = state?.log ?? lastLog(settings.sources.port === 'default' ? undefined : settings.config.port)
    if (log === undefined) throw notRunningError(`${whereLooked(settings)}, and none has left a log`)
    return 'unit' in log ? showJournal({ unit: log.unit, ...wanted }) : showLogFile(log.file, wanted)
  },
})

/** What the last daemon in the background has left, on a port or on any. */
function lastLog(port: number | undefined): { file: string } | undefined {
  const file = findLogFiles(process.env).findLast((path) => port === undefined || path === logFileOf(process.env, port))
  return file === undefined ? undefined : { file }
}
