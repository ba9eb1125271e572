import type { ChatRequest, Client } from '../daemon/client.ts'
import { note, print } from '../terminal/output.ts'

/**
 * Prints an answer as it comes, and returns its text.
 * @param onFirst called with the first piece of it, or at its end
 */
export async function printStream(client: Client, request: ChatRequest, signal: AbortSignal, onFirst: () => void): Promise<string> {
  const answer = client.streamChat(request, signal)
  let text = ''
  try {
    for (;;) {
      const { value, done } = await answer.next()
      onFirst()
      if (done) {
        noteEnd(value)
        return text
      }
      await print(value, signal)
      text += value
    }
  } finally {
    // Also after an error: what was printed is a line, and the error follows on stderr.
    if (text !== '' && !text.endsWith('\n') && !signal.aborted) await print('\n', signal)
  }
}

/** Prints an answer once it is complete, and returns its text. */
export async function printWhole(client: Client, request: ChatRequest, signal: AbortSignal, onFirst: () => void): Promise<string> {
  const { choices } = await client.chat(request, signal).finally(onFirst)
  const text = choices[0]?.message.content ?? ''
  await print(text === '' || text.endsWith('\n') ? text : `${text}\n`, signal)
  noteEnd(choices[0]?.finish_reason ?? '')
  return text
}

function noteEnd(reason: string): void {
  if (reason === 'length') note('The answer was cut off at the limit of its length.')
  if (reason === 'content_filter') note("The answer was cut off by the provider's content filter.")
}
