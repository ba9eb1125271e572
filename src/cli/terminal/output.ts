import { once } from 'node:events'
import { visibleText } from '../../core/visible-text.ts'
import { program } from '../command-line/called-as.ts'

/**
 * Writes to stdout and waits while its reader is slower than we are. A terminal gets nothing that steers it, since
 * models, providers and other programs had a hand in the text; a pipe or a file gets it as it is.
 */
export async function print(text: string, signal?: AbortSignal): Promise<void> {
  if (!process.stdout.write(process.stdout.isTTY ? visibleText(text) : text)) await once(process.stdout, 'drain', { signal })
}

export function printJson(value: unknown): Promise<void> {
  // Of the characters that steer a terminal JSON itself escapes only those below U+0020.
  const json = JSON.stringify(value, undefined, 2).replace(/[\u007f-\u009f]/g, (character) => `\\u00${character.charCodeAt(0).toString(16)}`)
  return print(`${json}\n`)
}

/** Empties the screen that `print` writes to, where it is one. */
export function clearScreen(): void {
  if (process.stdout.isTTY) process.stdout.write('\u001B[H\u001B[2J')
}

/** A note for a person who watches; silent in pipes, files and scripts. */
export function note(text: string): void {
  if (process.stderr.isTTY) tell(text)
}

/** What the user has to know in any case, although the command goes on. */
export function warn(text: string): void {
  tell(`${program}: ${text}`)
}

/** Writes to stderr, beside the answers. */
export function tell(text: string): void {
  process.stderr.write(`${visibleText(text)}\n`)
}

export function isClosedPipe(error: NodeJS.ErrnoException): boolean {
  return error.code === 'EPIPE' || error.code === 'ERR_STREAM_DESTROYED'
}

export interface StdoutWatch {
  /** Whether its reader has seen enough (`| head -1`), which is no failure. */
  closed: boolean
  /** Why else something could not be written: a full disk, a terminal that is gone. */
  failure?: Error
}

/** From now on, nothing that is wrong with stdout ends the process with a stack trace; it is noted instead. */
export function watchStdout(): Readonly<StdoutWatch> {
  const watch: StdoutWatch = { closed: false }
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (isClosedPipe(error)) watch.closed = true
    else watch.failure ??= error
  })
  // Without a readable stderr there is nobody to tell.
  process.stderr.on('error', () => {})
  return watch
}

/** Resolves when everything printed has left the process, so that exiting cuts nothing off, or has failed to. */
export async function flushStdout(): Promise<void> {
  // A full device refuses even nothing, so nothing is written where nothing waits.
  if (process.stdout.writableLength > 0) await new Promise<void>((resolve) => process.stdout.write('', () => resolve()))
  // What failed is told by an event of its own, later.
  await new Promise(setImmediate)
}
