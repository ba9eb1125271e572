import { addAbortSignal } from 'node:stream'
import type { ReadStream } from 'node:tty'
import { toPart } from '../attachments/attachment.ts'
import { kindOf, KINDS, readText } from '../attachments/kind-of.ts'
import { usageError } from '../command-line/failure.ts'
import type { ChatPart } from '../daemon/chat-api.ts'
import { warn } from '../terminal/output.ts'
import { startSpinner } from '../terminal/spinner.ts'

/** How long stdin may stay open before the user is told what is waited for. Milliseconds. */
const PATIENCE = 3_000

/** What was typed is the instruction, what was piped in is its material. Undefined when both are blank. */
export function combinePrompt(words: readonly string[], piped: string): string | undefined {
  const parts = [words.join(' '), piped].filter((part) => part.trim() !== '')
  return parts.length === 0 ? undefined : parts.join('\n\n')
}

/**
 * What was piped in: text for the prompt, or a file beside it.
 * @throws CliError for what no model could read
 */
export function readPipe(content: Buffer): { text: string; parts: ChatPart[] } {
  const kind = kindOf(content)
  if (kind === undefined) {
    throw usageError(
      `what is piped in (${content.length} bytes) is neither ${KINDS.replace(' or ', ' nor ')}`,
      '--no-stdin leaves it alone; text in another encoding becomes one by iconv: iconv -f latin1 -t utf-8',
    )
  }
  return kind.type === 'text' ? { text: readText(content)!, parts: [] } : { text: '', parts: [toPart(content, kind.type === 'pdf' ? 'stdin.pdf' : 'stdin')] }
}

/**
 * Everything that is piped into this process; nothing when a person sits there. Programs that start others may leave a pipe
 * open that nothing ever comes out of, as schedulers and editors do.
 */
export async function readPiped(stdin: ReadStream | NodeJS.ReadStream, signal: AbortSignal): Promise<Buffer> {
  if (stdin.isTTY) return Buffer.alloc(0)
  const stopSpinner = startSpinner('reading stdin')
  const timer = setTimeout(() => {
    stopSpinner()
    warn('still waiting for the end of stdin, which is added to the prompt; --no-stdin leaves it alone')
  }, PATIENCE)
  try {
    const chunks: Buffer[] = []
    for await (const chunk of addAbortSignal(signal, stdin)) chunks.push(chunk as Buffer)
    return Buffer.concat(chunks)
  } finally {
    clearTimeout(timer)
    stopSpinner()
  }
}
