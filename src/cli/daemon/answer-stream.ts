import { EventSourceParserStream } from 'eventsource-parser/stream'
import { CliError } from '../command-line/failure.ts'
import type { AnswerEnd, ChatUsage } from './chat-api.ts'

interface Chunk {
  error?: { message?: string }
  choices?: Array<{ delta?: { content?: string | null }; finish_reason?: string | null }>
  usage?: ChatUsage | null
}

export interface StreamListener {
  onNews?(news: string): void
  /** Makes the error of one that the stream tells of; `status` is known only where the daemon said. */
  toError(body: unknown, status: number | undefined): CliError
}

/**
 * Reads a streamed chat completion: yields its text, returns how it ended.
 * An error frame, and an end without a finish reason, are failures: half an answer must not look like a whole one.
 */
export async function* readEvents(body: ReadableStream<Uint8Array>, { onNews, toError }: StreamListener): AsyncGenerator<string, AnswerEnd> {
  let reason: string | undefined
  let usage: ChatUsage | undefined
  let failedWith: number | undefined
  const onComment = (comment: string) => {
    const status = /^failed with status (\d{3})$/.exec(comment.trim())?.[1]
    if (status !== undefined) failedWith = Number(status)
    else if (/^(?:retry|fallback) /.test(comment.trim())) onNews?.(inWords(comment.trim()))
  }
  try {
    for await (const data of readData(body, onComment)) {
      if (data === '[DONE]') break
      const chunk = JSON.parse(data) as Chunk
      if (chunk.error) throw toError(chunk, failedWith)
      const choice = chunk.choices?.[0]
      if (choice?.delta?.content) yield choice.delta.content
      reason = choice?.finish_reason ?? reason
      if (chunk.usage) usage = chunk.usage
    }
  } catch (error) {
    if (error instanceof CliError) throw error
    throw brokenOff()
  }
  if (reason === undefined) throw brokenOff()
  return { reason, usage }
}

async function* readData(body: ReadableStream<Uint8Array>, onComment: (comment: string) => void): AsyncGenerator<string> {
  const decoder = new TextDecoderStream() as ReadableWritablePair<string, Uint8Array>
  for await (const { data } of body.pipeThrough(decoder).pipeThrough(new EventSourceParserStream({ onComment }))) yield data
}

/** The daemon's own comments for people. */
function inWords(comment: string): string {
  const [, delay, message = ''] = /^retry \d+ in (\d+) ms: (.*)$/s.exec(comment) ?? []
  if (delay === undefined) return comment
  return `${message.replace(/\.$/, '')}; trying again${delay === '0' ? '' : ` in ${Math.max(1, Math.round(Number(delay) / 1000))} s`}.`
}

function brokenOff(): CliError {
  return new CliError('the answer broke off before it was complete')
}
