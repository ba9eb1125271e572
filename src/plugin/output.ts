import { writeSync } from 'node:fs'
import { encodeBytesLine, encodeFrame, type Frame } from './contract.ts'

const STDOUT = 1

const FREE = 0
const HELD = 1

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

/** Held by the thread that writes: both that there can be write to the same pipe, and a frame may take several turns. */
let lock = new Int32Array(new SharedArrayBuffer(4))

/** For `joinOutput` in another thread. */
export function outputLock(): SharedArrayBuffer {
  return lock.buffer as SharedArrayBuffer
}

/** Shares stdout with the thread whose lock this is. */
export function joinOutput(theirs: SharedArrayBuffer): void {
  lock = new Int32Array(theirs)
}

/** More than is written in nearly any turn. */
const ROOM = 256 * 1024

/**
 * What is written together at the end of this turn of the event loop: one memory for all turns, because one for each frame
 * took a tenth of the CPU time of an answer.
 */
let waiting = Buffer.allocUnsafeSlow(ROOM)
let length = 0

/** Writes one frame. */
export function send(frame: Frame): void {
  addText(encodeFrame(frame))
}

/** Writes bytes that belong to a request. */
export function sendBytes(request: string, bytes: Uint8Array): void {
  addText(encodeBytesLine(request, bytes.length))
  makeRoom(bytes.length)
  waiting.set(bytes, length)
  length += bytes.length
}

function addText(text: string): void {
  if (length === 0) setImmediate(flush)
  // No character takes more of UTF-8.
  makeRoom(text.length * 3)
  length += waiting.write(text, length)
}

function makeRoom(bytes: number): void {
  if (length + bytes <= waiting.length) return
  const larger = Buffer.allocUnsafeSlow(2 * (length + bytes))
  waiting.copy(larger, 0, 0, length)
  waiting = larger
}

/** When nobody reads any more the process ends, and with it the calls to providers. */
function flush(): void {
  let rest = waiting.subarray(0, length)
  length = 0
  while (Atomics.compareExchange(lock, 0, FREE, HELD) !== FREE) Atomics.wait(lock, 0, HELD, 1)
  try {
    while (rest.length > 0) rest = rest.subarray(writeSome(rest))
  } finally {
    Atomics.store(lock, 0, FREE)
    Atomics.notify(lock, 0)
  }
  if (waiting.length > ROOM) waiting = Buffer.allocUnsafeSlow(ROOM)
}

/** Returns how much was written; none when the pipe is full and non-blocking, after a moment for the daemon to read. */
function writeSome(bytes: Uint8Array): number {
  try {
    return writeSync(STDOUT, bytes)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EAGAIN') process.exit(0)
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 1)
    return 0
  }
}
