import { writeSync } from 'node:fs'
import { encodeFrame, type Frame } from './contract.ts'

const STDOUT = 1

/**
 * Keeps opencode's own lines off stdout, which belongs to frames from here on. Its lines can be longer than a
 * pipe's buffer, and a frame written between two halves of one would be lost.
 */
export function claimStdout(): void {
  process.stdout.write = ((_chunk: unknown, encoding?: unknown, callback?: unknown) => {
    const done = typeof encoding === 'function' ? encoding : callback
    if (typeof done === 'function') done()
    return true
  }) as typeof process.stdout.write
}

/** Writes one frame. When nobody reads any more the process ends, and with it the call to the provider. */
export function send(frame: Frame): void {
  let rest = Buffer.from(encodeFrame(frame))
  while (rest.length > 0) {
    try {
      rest = rest.subarray(writeSync(STDOUT, rest))
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EAGAIN') process.exit(0)
      // The pipe is full and non-blocking: give the daemon a moment to read.
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 1)
    }
  }
}
