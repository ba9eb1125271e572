import { addAbortSignal } from 'node:stream'
import type { ReadStream } from 'node:tty'
import { warn } from '../terminal/output.ts'
import { startSpinner } from '../terminal/spinner.ts'

/** How long stdin may stay open before the user is told what is waited for. Milliseconds. */
const PATIENCE = 3_000

/** The prompt: what was typed is the instruction, what was piped in is its material. Undefined when both are blank. */
export function combinePrompt(words: readonly string[], piped: string): string | undefined {
  const parts = [words.join(' '), piped].filter((part) => part.trim() !== '')
  return parts.length === 0 ? undefined : parts.join('\n\n')
}

/**
 * Everything that is piped into this process; nothing when a person sits there. Programs that start others may leave a pipe
 * open that nothing ever comes out of, as schedulers and editors do.
 */
export async function readPiped(stdin: ReadStream | NodeJS.ReadStream, signal: AbortSignal): Promise<string> {
  if (stdin.isTTY) return ''
  const stopSpinner = startSpinner('reading stdin')
  const timer = setTimeout(() => {
    stopSpinner()
    warn('still waiting for the end of stdin, which is added to the prompt; --no-stdin leaves it alone')
  }, PATIENCE)
  try {
    const chunks: Buffer[] = []
    for await (const chunk of addAbortSignal(signal, stdin)) chunks.push(chunk as Buffer)
    return Buffer.concat(chunks).toString('utf8')
  } finally {
    clearTimeout(timer)
    stopSpinner()
  }
}
