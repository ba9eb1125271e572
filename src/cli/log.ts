import { createConsola, LogLevels, type ConsolaInstance } from 'consola'

/** A log on stderr: stdout belongs to answers and to the banner. */
export function createLog(level: 'silent' | 'info' | 'debug'): ConsolaInstance {
  return createConsola({ level: LogLevels[level], stdout: process.stderr, stderr: process.stderr })
}
