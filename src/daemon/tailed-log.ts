import type { ConsolaInstance, ConsolaReporter } from 'consola'
import type { LogLine, LogTail } from '../live/log-tail.ts'

/** The same log, whose last lines are kept, too. */
export function tailed(log: ConsolaInstance, tail: LogTail): ConsolaInstance {
  const keep: ConsolaReporter = { log: ({ level, args, date }) => tail.add(LEVELS[level] ?? 'info', args.map(textOf).join(' '), date.getTime()) }
  return log.create({ reporters: [...log.options.reporters, keep] })
}

/** As consola counts them. */
const LEVELS: Record<number, LogLine['level']> = { 0: 'error', 1: 'warn', 4: 'debug', 5: 'debug' }

/** What is logged as an object has its text as `line`. */
function textOf(logged: unknown): string {
  if (logged instanceof Error) return logged.stack ?? logged.message
  return String(typeof logged === 'object' && logged !== null && 'line' in logged ? logged.line : logged)
}
