import { CliError } from '../command-line/failure.ts'
import type { AnswerEnd, AnswerHead, ChatCompletion, ChatRequest } from '../daemon/chat-api.ts'
import type { Client } from '../daemon/client.ts'
import { createAnswerWriter } from '../terminal/answer-writer.ts'
import { note, print, printJson } from '../terminal/output.ts'
import type { Waiting } from '../terminal/waiting.ts'
import { firstCodeBlock } from './code-block.ts'

/** How an answer is printed. */
export type Form = 'stream' | 'whole' | 'json' | 'code'

export interface PrintOptions {
  client: Client
  request: ChatRequest
  signal: AbortSignal
  waiting: Waiting
  /** Show Markdown as it is meant; for a terminal only. */
  markdown?: boolean
  /** What it throws ends the request before a word of it is printed. */
  onHead?(head: AnswerHead): void
  /** Hears each piece that was printed. */
  onPiece?(piece: string): void
}

export interface PrintedAnswer extends AnswerEnd {
  text: string
  /** Milliseconds until its first word came. */
  first: number | undefined
}

/** Asks for an answer and prints it. */
export async function printAnswer(form: Form, options: PrintOptions): Promise<PrintedAnswer> {
  switch (form) {
    case 'stream':
      return printStream(options)
    case 'code':
      return printCode(options)
    case 'whole':
    case 'json':
      return printWhole(form, options)
  }
}

/** Prints an answer as it comes. */
export async function printStream({ client, request, signal, waiting, markdown = false, onHead, onPiece }: PrintOptions): Promise<PrintedAnswer> {
  const started = Date.now()
  const writer = await createAnswerWriter(markdown, signal)
  let text = ''
  let first: number | undefined
  try {
    const end = await eachPiece(client.streamChat(request, asking({ signal, waiting, onHead })), async (piece) => {
      waiting.end()
      first ??= Date.now() - started
      text += piece
      onPiece?.(piece)
      await writer.write(piece)
    })
    await writer.end()
    noteEnd(end.reason)
    return { text, first, ...end }
  } catch (error) {
    // What was printed is a line, and the error follows on stderr.
    await writer.end()
    throw error
  } finally {
    waiting.end()
  }
}

/** Prints the first block of code in an answer once that is complete, or all of it where there is none. */
async function printCode({ client, request, signal, waiting, onHead }: PrintOptions): Promise<PrintedAnswer> {
  const started = Date.now()
  let text = ''
  let first: number | undefined
  const end = await eachPiece(client.streamChat(request, asking({ signal, waiting, onHead })), (piece) => {
    first ??= Date.now() - started
    text += piece
  }).finally(waiting.end)
  // Half a block is worse than none.
  if (end.reason === 'length' || end.reason === 'content_filter') throw new CliError(`the answer was cut off (${end.reason}), so its code is not whole`)
  const code = firstCodeBlock(text)
  if (code === undefined) note('The answer has no block of code; this is all of it.')
  await print(code ?? withLineEnd(text), signal)
  return { text, first, ...end }
}

async function printWhole(form: 'whole' | 'json', { client, request, signal, waiting, markdown = false, onHead }: PrintOptions): Promise<PrintedAnswer> {
  const completion: ChatCompletion = await client.chat(request, { signal, ...(onHead && { onHead }) }).finally(waiting.end)
  const { message, finish_reason: reason = '' } = completion.choices[0] ?? {}
  const text = message?.content ?? ''
  if (form === 'json') await printJson(completion)
  else {
    const writer = await createAnswerWriter(markdown, signal)
    await writer.write(text)
    await writer.end()
    noteEnd(reason)
  }
  return { text, reason, usage: completion.usage, first: undefined }
}

function asking({ signal, waiting, onHead }: Pick<PrintOptions, 'signal' | 'waiting' | 'onHead'>): Parameters<Client['streamChat']>[1] {
  return { signal, onNews: waiting.tell, ...(onHead && { onHead }) }
}

async function eachPiece<T>(pieces: AsyncGenerator<string, T>, hear: (piece: string) => void | Promise<void>): Promise<T> {
  for (;;) {
    const { value, done } = await pieces.next()
    if (done) return value
    await hear(value)
  }
}

function withLineEnd(text: string): string {
  return text === '' || text.endsWith('\n') ? text : `${text}\n`
}

function noteEnd(reason: string): void {
  if (reason === 'length') note('The answer was cut off at the limit of its length.')
  if (reason === 'content_filter') note("The answer was cut off by the provider's content filter.")
}
