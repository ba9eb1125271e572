import type { BridgeError } from '../../core/errors.ts'

/** Ollama's envelope, of an answer and of a line in a stream: what a client shows is all that there is. */
export function encodeOllamaError({ message }: Pick<BridgeError, 'message'>): { error: string } {
  return { error: message }
}
