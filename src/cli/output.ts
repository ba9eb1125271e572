import { once } from 'node:events'

/** Writes to stdout and waits while its reader is slower than we are. */
export async function print(text: string, signal?: AbortSignal): Promise<void> {
  if (!process.stdout.write(text)) await once(process.stdout, 'drain', { signal })
}

export function printJson(value: unknown): Promise<void> {
  return print(`${JSON.stringify(value, undefined, 2)}\n`)
}

/** A note for a person who watches; silent in pipes, files and scripts. */
export function note(text: string): void {
  if (process.stderr.isTTY) process.stderr.write(`${text}\n`)
}

export function isClosedPipe(error: NodeJS.ErrnoException): boolean {
  return error.code === 'EPIPE' || error.code === 'ERR_STREAM_DESTROYED'
}

/** A reader that has seen enough (`| head -1`) must not end the process with a stack trace. */
export function tolerateClosedPipe(): void {
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (!isClosedPipe(error)) throw error
  })
  // Without a readable stderr there is nobody to tell.
  process.stderr.on('error', () => {})
}

/** Resolves when everything printed has left the process, so that exiting cuts nothing off. */
export async function flushStdout(): Promise<void> {
  if (!process.stdout.writable) return
  await new Promise<void>((resolve) => process.stdout.write('', () => resolve()))
}
