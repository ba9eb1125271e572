import { writeSync } from 'node:fs'
import { encodeBytesLine, encodeFrame, type Frame } from './contract.ts'

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
  process.on('exit', flush)
}

/** What is written together at the end of this turn of the event loop. */
let waiting: Uint8Array[] = []

/** Writes one frame. */
export function send(frame: Frame): void {
  write(Buffer.from(encodeFrame(frame)))
}

/** Writes bytes that belong to a request; they are not to be changed any more. */
export function sendBytes(request: string, bytes: Uint8Array): void {
  write(Buffer.from(encodeBytesLine(request, bytes.length)), bytes)
}

function write(...chunks: Uint8Array[]): void {
  if (waiting.length === 0) setImmediate(flush)
  waiting.push(...chunks)
}

/** When nobody reads any more the process ends, and with it the calls to providers. */
function flush(): void {
  let rest: Uint8Array = waiting.length === 1 ? waiting[0]! : Buffer.concat(waiting)
  waiting = []
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
