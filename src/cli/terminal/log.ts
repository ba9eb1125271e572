import { createConsola, LogLevels, type ConsolaInstance } from 'consola'
import { visibleText } from '../../core/visible-text.ts'

/**
 * A log on stderr: stdout belongs to answers and to the banner. What clients and providers put into a line can neither
 * steer the terminal that shows it nor look like a line of its own. Off a terminal lines are plain: measuring the width of each
 * took a tenth of what a request takes.
 */
export function createLog(level: 'silent' | 'info' | 'debug', stream: NodeJS.WriteStream = process.stderr): ConsolaInstance {
  const log = createConsola({ level: LogLevels[level], stdout: stream, stderr: stream, fancy: Boolean(stream.isTTY) })
  log.setReporters(log.options.reporters.map((reporter) => ({ log: (entry, context) => reporter.log({ ...entry, args: entry.args.map(visible) }, context) })))
  return log
}

function visible(arg: unknown): unknown {
  const text = arg instanceof Error ? (arg.stack ?? arg.message) : arg
  return typeof text === 'string' ? visibleText(text).replaceAll('\n', '\n  ') : text
}
