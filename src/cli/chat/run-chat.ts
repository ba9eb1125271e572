import { createInterface } from 'node:readline/promises'
import type { Client } from '../daemon/client.ts'
import { exitCodes, type ExitCode } from '../command-line/exit-codes.ts'
import { report } from '../command-line/failure.ts'
import { printStream } from '../ask/print-answer.ts'
import { note, tell } from '../terminal/output.ts'
import { Waiting } from '../terminal/waiting.ts'
import type { ChatConversation } from './conversation.ts'
import { InputReader } from './inputs.ts'
import { InterruptKey } from './interrupt-key.ts'
import { runSlashCommand } from './slash-commands.ts'

export interface ChatOptions {
  client: Client
  conversation: ChatConversation
  verbose: boolean
  /** Ends the chat. */
  signal: AbortSignal
}

/**
 * Answers one input after the other, until `/exit` or their end. An answer that fails is reported, and the chat goes on.
 * @returns a failure only for a pipe one of whose inputs failed; a person has seen it
 */
export async function runChat({ client, conversation, verbose, signal }: ChatOptions): Promise<ExitCode> {
  const inputs = new InputReader()
  const key = new InterruptKey({ discardDraft, warn })
  const ended = AbortSignal.any([signal, key.leaving])
  const terminal = process.stdin.isTTY && process.stderr.isTTY
  const lines = createInterface({ input: process.stdin, terminal, prompt: '> ', ...(terminal ? { output: process.stderr } : {}) })
  const close = () => lines.close()
  const ask = (prompt: string) => {
    if (!terminal || ended.aborted) return
    lines.setPrompt(prompt)
    lines.prompt()
  }
  // A terminal in raw mode sends the key instead of the signal.
  lines.on('SIGINT', key.press)
  process.on('SIGINT', key.press)
  ended.addEventListener('abort', close, { once: true })
  let failed = false
  try {
    ask('> ')
    for await (const input of inputs.read(lines, () => ask('… '))) {
      if (ended.aborted || input.trim() === '/exit') break
      key.reset()
      try {
        if (input.trim() !== '') await key.during((cancelled) => answer(input, { client, conversation }, AbortSignal.any([cancelled, signal])))
      } catch (error) {
        report(error, verbose)
        failed = true
      }
      ask('> ')
    }
  } finally {
    process.off('SIGINT', key.press)
    ended.removeEventListener('abort', close)
    lines.close()
  }
  if (key.leaving.aborted) return exitCodes.interrupted
  return failed && !process.stdin.isTTY ? exitCodes.failure : exitCodes.ok

  function warn(): void {
    note('Ctrl-C again leaves.')
    ask('> ')
  }

  function discardDraft(): boolean {
    const typed = terminal && lines.line !== ''
    if (!inputs.discard() && !typed) return false
    // What stands on the line would begin the next one.
    if (terminal) for (const name of ['e', 'u']) lines.write(null, { ctrl: true, name })
    ask('> ')
    return true
  }
}

async function answer(input: string, { client, conversation }: Pick<ChatOptions, 'client' | 'conversation'>, signal: AbortSignal): Promise<void> {
  const waiting = new Waiting('thinking')
  try {
    const told = await runSlashCommand(input, { conversation, client, signal })
    waiting.end()
    // Beside the answers, which alone are on stdout.
    if (told !== undefined) return tell(told)
    const { text } = await printStream({ client, request: conversation.request(input), signal, waiting })
    conversation.keep(input, text)
  } catch (error) {
    if (!signal.aborted) throw error
    note('\nCancelled; the question is forgotten.')
  } finally {
    waiting.end()
  }
}
