import { addAbortSignal } from 'node:stream'
import type { ReadStream } from 'node:tty'
import { startSpinner } from './spinner.ts'

/** The prompt: what was typed is the instruction, what was piped in is its material. Undefined when both are blank. */
export function combinePrompt(words: readonly string[], piped: string): string | undefined {
  const parts = [words.join(' '), piped].filter((part) => part.trim() !== '')
  return parts.length === 0 ? undefined : parts.join('\n\n')
}

/** Everything that is piped into this process; nothing when a person sits there. */
export async function readPiped(stdin: ReadStream | NodeJS.ReadStream, signal: AbortSignal): Promise<string> {
  if (stdin.isTTY) return ''
  const stopSpinner = startSpinner('reading stdin')
  try {
    const chunks: Buffer[] = []
    for await (const chunk of addAbortSignal(signal, stdin)) chunks.push(chunk as Buffer)
    return Buffer.concat(chunks).toString('utf8')
  } finally {
    stopSpinner()
  }
}
