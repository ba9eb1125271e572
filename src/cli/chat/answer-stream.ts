import { EventSourceParserStream } from 'eventsource-parser/stream'
import { CliError } from '../command-line/failure.ts'

interface Chunk {
  error?: { message?: string }
  choices?: Array<{ delta?: { content?: string | null }; finish_reason?: string | null }>
}

/**
 * Reads a streamed chat completion: yields its text, returns its finish reason.
 * An error frame, and an end without a finish reason, are failures: half an answer must not look like a whole one.
 */
export async function* readEvents(body: ReadableStream<Uint8Array>): AsyncGenerator<string, string> {
  let reason: string | undefined
  try {
    for await (const data of readData(body)) {
      if (data === '[DONE]') break
      const chunk = JSON.parse(data) as Chunk
      if (chunk.error) throw new CliError(chunk.error.message ?? 'the request failed')
      const choice = chunk.choices?.[0]
      if (choice?.delta?.content) yield choice.delta.content
      reason = choice?.finish_reason ?? reason
    }
  } catch (error) {
    if (error instanceof CliError) throw error
    throw brokenOff()
  }
  if (reason === undefined) throw brokenOff()
  return reason
}

async function* readData(body: ReadableStream<Uint8Array>): AsyncGenerator<string> {
  const decoder = new TextDecoderStream() as ReadableWritablePair<string, Uint8Array>
  for await (const { data } of body.pipeThrough(decoder).pipeThrough(new EventSourceParserStream())) yield data
}

function brokenOff(): CliError {
  return new CliError('the answer broke off before it was complete')
}
