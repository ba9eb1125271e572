import { createConsola, LogLevels, type ConsolaInstance, type ConsolaReporter } from 'consola'
import { visibleText } from '../../core/visible-text.ts'

export interface LogOptions {
  stream?: NodeJS.WriteStream
  /** False where who keeps the lines notes their time, as systemd's journal does. */
  times?: boolean
  /** `json` makes each line an object. */
  format?: 'text' | 'json'
}

/**
 * A log on stderr: stdout belongs to answers and to the banner. What clients and providers put into a line can neither
 * steer the terminal that shows it nor look like a line of its own. Off a terminal lines are plain: measuring the width of each
 * took a tenth of what a request takes.
 */
export function createLog(level: 'silent' | 'info' | 'debug', { stream = process.stderr, times = true, format = 'text' }: LogOptions = {}): ConsolaInstance {
  const log = createConsola({ level: LogLevels[level], stdout: stream, stderr: stream, fancy: Boolean(stream.isTTY) })
  if (format === 'json') log.setReporters([jsonLines(stream)])
  else log.setReporters(stream.isTTY ? log.options.reporters.map(forPeople) : [plainLines(stream, times)])
  return log
}

/** `12:30:00` of the reader's own day is enough for who watches. */
function forPeople(reporter: ConsolaReporter): ConsolaReporter {
  return { log: (entry, context) => reporter.log({ ...entry, args: [entry.date.toTimeString().slice(0, 8), ...entry.args.map(visible)] }, context) }
}

function plainLines(stream: NodeJS.WriteStream, times: boolean): ConsolaReporter {
  return {
    log({ type, args, date }) {
      const parts = [...(times ? [date.toISOString()] : []), `[${type}]`, ...args.map(visible)]
      stream.write(`${parts.join(' ')}\n`)
    },
  }
}

/** `time`, `level` and a `message`, and of what was logged as an object its members. */
function jsonLines(stream: NodeJS.WriteStream): ConsolaReporter {
  return {
    log({ type, args: [first, ...more], date }) {
      const about = first instanceof Error || typeof first !== 'object' ? { message: [first, ...more].map(textOf).join(' ') } : withMessage(first)
      const line = JSON.stringify({ time: date.toISOString(), level: type, ...about })
      // JSON leaves some of what steers a terminal as it is.
      stream.write(`${line.replace(/[\u007f-\u009f\u2028\u2029]/g, (sign) => `\\u${sign.charCodeAt(0).toString(16).padStart(4, '0')}`)}\n`)
    },
  }
}

function withMessage({ line, ...more }: { line?: unknown }): object {
  return { message: line, ...more }
}

function textOf(arg: unknown): unknown {
  return arg instanceof Error ? (arg.stack ?? arg.message) : arg
}

function visible(arg: unknown): unknown {
  const text = textOf(arg)
  return typeof text === 'string' ? visibleText(text).replaceAll('\n', '\n  ') : text
}
