import { createInterface } from 'node:readline/promises'
import { printStream } from '../ask/print-answer.ts'
import { exitCodes, type ExitCode } from '../command-line/exit-codes.ts'
import { report } from '../command-line/failure.ts'
import type { ConversationFile } from '../conversations/conversation-file.ts'
import type { AnswerHead } from '../daemon/chat-api.ts'
import type { Client } from '../daemon/client.ts'
import { showsStyles } from '../terminal/answer-writer.ts'
import { editText } from '../terminal/editor.ts'
import { note, tell } from '../terminal/output.ts'
import { Waiting } from '../terminal/waiting.ts'
import { complete } from './completion.ts'
import type { ChatConversation, Question } from './conversation.ts'
import type { HistoryFile } from './history-file.ts'
import { InputReader } from './inputs.ts'
import { InterruptKey } from './interrupt-key.ts'
import { LineEditor } from './line-editor.ts'
import { COMMAND_NAMES, runSlashCommand } from './slash-commands.ts'

export interface ChatOptions {
  client: Client
  conversation: ChatConversation
  /** Keeps it on disk, where that is wanted. */
  file: ConversationFile | undefined
  /** Keeps what is typed, where that is wanted. */
  history: HistoryFile | undefined
  markdown: boolean
  verbose: boolean
  onHead(head: AnswerHead): void
  /** Ends the chat. */
  signal: AbortSignal
}

/**
 * Answers one input after the other, until `/exit` or their end. An answer that fails is reported, and the chat goes on.
 * @returns a failure only for a pipe one of whose inputs failed; a person has seen it
 */
export async function runChat(options: ChatOptions): Promise<ExitCode> {
  const { client, history, verbose, signal } = options
  const inputs = new InputReader()
  const key = new InterruptKey({ discardDraft, warn })
  const ended = AbortSignal.any([signal, key.leaving])
  let models: Promise<string[]> | undefined
  const listModels = () => (models ??= client.models(signal).then(({ data }) => data.map(({ id }) => id)))
  const editor =
    process.stdin.isTTY && process.stderr.isTTY
      ? new LineEditor({
          stdin: process.stdin,
          screen: process.stderr,
          history: history?.read() ?? [],
          complete: (line) => complete(line, { commands: COMMAND_NAMES, models: listModels }),
          onInterrupt: key.press,
        })
      : undefined
  const source = editor ?? pipedLines()
  const ask = (prompt: string) => {
    if (!ended.aborted) editor?.prompt(prompt)
  }
  process.on('SIGINT', key.press)
  ended.addEventListener('abort', source.close, { once: true })
  let failed: ExitCode = exitCodes.ok
  try {
    ask('> ')
    for await (const input of inputs.read(source.lines(), () => ask('… '), editor && keepInput)) {
      if (ended.aborted || input.trim() === '/exit') break
      key.reset()
      editor?.hold()
      try {
        if (input.trim() !== '') await key.during((cancelled) => answer(input, options, AbortSignal.any([cancelled, signal]), edit))
      } catch (error) {
        failed = report(error, verbose)
      }
      ask('> ')
    }
  } finally {
    process.off('SIGINT', key.press)
    ended.removeEventListener('abort', source.close)
    source.close()
  }
  if (key.leaving.aborted) return exitCodes.interrupted
  return process.stdin.isTTY ? exitCodes.ok : failed

  function edit(text: string): Promise<string> {
    const task = () => editText(text, process.env)
    return editor ? editor.lend(task) : task()
  }

  function keepInput(input: string, lines: number): void {
    editor!.remember(input, lines)
    history?.add(input)
  }

  function warn(): void {
    note('Ctrl-C again leaves.')
    ask('> ')
  }

  function discardDraft(): boolean {
    const typed = editor !== undefined && editor.typed !== ''
    if (!inputs.discard() && !typed) return false
    // What stands on the line would begin the next one.
    editor?.clear()
    ask('> ')
    return true
  }
}

/** The lines of a stdin that is no terminal. */
function pipedLines(): { lines(): AsyncIterable<string>; close(): void } {
  const lines = createInterface({ input: process.stdin, terminal: false })
  return { lines: () => lines, close: () => lines.close() }
}

/** Runs a command, or asks what was typed. */
async function answer(input: string, options: ChatOptions, signal: AbortSignal, edit: (text: string) => Promise<string>): Promise<void> {
  const { client, conversation } = options
  const outcome = await runSlashCommand(input, { conversation, client, signal, edit })
  // Beside the answers, which alone are on stdout.
  if (typeof outcome === 'string') return tell(outcome)
  await askQuestion(outcome ?? conversation.question(input), options, signal)
}

async function askQuestion(question: Question, { client, conversation, file, markdown, onHead }: ChatOptions, signal: AbortSignal): Promise<void> {
  const waiting = new Waiting('thinking')
  let came = ''
  const onPiece = (piece: string) => void (came += piece)
  const styled = markdown && showsStyles(process.env)
  const keep = (...[text, usage]: [string, Parameters<ChatConversation['keep']>[2]?]) => {
    conversation.keep(question, text, usage)
    file?.write(conversation.kept())
  }
  try {
    const { text, usage } = await printStream({ client, request: conversation.request(question), signal, waiting, markdown: styled, onHead, onPiece })
    keep(text, usage)
  } catch (error) {
    if (came === '') conversation.forget(question)
    else keep(came)
    if (!signal.aborted) throw error
    note(came === '' ? 'Cancelled; the question is forgotten. /retry asks it again.' : 'Cut off; what came of it is kept. /retry asks again.')
  } finally {
    waiting.end()
  }
}
