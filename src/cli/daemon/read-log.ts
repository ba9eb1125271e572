import { closeSync, openSync, readSync, statSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'

const CHUNK = 64 * 1024
/** Between two looks at a file that grows. Milliseconds. */
const INTERVAL = 250

/** The last lines of a file, read from its end, and its length by then. @throws the system's error where there is no such file */
export function lastLines(path: string, wanted: number): { text: string; end: number } {
  const file = openSync(path, 'r')
  try {
    const end = statSync(path).size
    let read = Buffer.alloc(0)
    let start = end
    while (start > 0 && countLines(read) <= wanted) {
      const size = Math.min(CHUNK, start)
      start -= size
      read = Buffer.concat([readAt(file, start, size), read])
    }
    const lines = read.toString('utf8').split('\n')
    const unfinished = lines.at(-1) === '' ? 0 : 1
    return { text: lines.slice(wanted === 0 ? -1 : -(wanted + 1 - unfinished)).join('\n'), end }
  } finally {
    closeSync(file)
  }
}

/** What is written to a file beyond `from`; where it was cut or replaced by another, from its beginning. Ends with the signal only. */
export async function* follow(path: string, from: number, signal: AbortSignal): AsyncGenerator<string> {
  const decoder = new TextDecoder()
  let position = from
  let identity: number | undefined
  for (;;) {
    const found = statSync(path, { throwIfNoEntry: false })
    if (found !== undefined) {
      if ((identity !== undefined && identity !== found.ino) || found.size < position) position = 0
      identity = found.ino
      for (let text = readPiece(path, position, found.size); text.length > 0; text = readPiece(path, position, found.size)) {
        position += text.length
        yield decoder.decode(text, { stream: true })
      }
    }
    await sleep(INTERVAL, undefined, { signal })
  }
}

function readPiece(path: string, from: number, to: number): Buffer {
  if (from >= to) return Buffer.alloc(0)
  const file = openSync(path, 'r')
  try {
    return readAt(file, from, Math.min(CHUNK, to - from))
  } finally {
    closeSync(file)
  }
}

function readAt(file: number, position: number, size: number): Buffer {
  const buffer = Buffer.alloc(size)
  return buffer.subarray(0, readSync(file, buffer, 0, size, position))
}

function countLines(text: Buffer): number {
  let lines = 0
  for (let index = text.indexOf(10); index >= 0; index = text.indexOf(10, index + 1)) lines++
  return lines
}
