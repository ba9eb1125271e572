import { visibleText } from '../core/visible-text.ts'

export interface LogLine {
  /** Counted from 1 since the start of the daemon. */
  number: number
  /** Unix time in milliseconds. */
  time: number
  level: 'error' | 'warn' | 'info' | 'debug'
  text: string
}

const MAX_LINES = 500
/** Of a line; a defect comes with its stack. Characters. */
const MAX_TEXT = 4000

/** The last lines of the log, in memory. */
export class LogTail {
  readonly #lines: LogLine[] = []
  #number = 0

  add(level: LogLine['level'], text: string, time = Date.now()): void {
    this.#lines.push({ number: ++this.#number, time, level, text: visibleText(text.slice(0, MAX_TEXT)) })
    if (this.#lines.length > MAX_LINES) this.#lines.shift()
  }

  /** Those after a number; the oldest may be gone. */
  after(number: number): LogLine[] {
    return this.#lines.filter((line) => line.number > number)
  }
}
