import { constants, open } from 'node:fs/promises'

/**
 * Writes records to the end of a file, one a line, for its owner alone. The file is opened for each write, so that whoever
 * rotates it may move it away, or empty it, at any time.
 */
export function fileWriter(path: string): (records: readonly string[]) => Promise<void> {
  /** Whether a write has failed on its way, so that the file may end in the middle of a line. */
  let torn = false
  return async (records) => {
    const { O_APPEND, O_CREAT, O_WRONLY, O_NONBLOCK = 0 } = constants
    // A pipe without a reader would hold it for ever.
    await using file = await open(path, O_APPEND | O_CREAT | O_WRONLY | O_NONBLOCK, 0o600)
    const text = records.map((record) => `${record}\n`).join('')
    const begin = torn ? '\n' : ''
    torn = true
    await file.appendFile(begin + text)
    torn = false
  }
}
