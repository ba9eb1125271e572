import { BridgeError } from './errors.ts'

/**
 * Of a conversation that Anthropic's server is to hold, later requests bring the last turn only, so where nobody holds it
 * that must not pass for the whole. Anthropic's packages know the code and send everything instead.
 */
export function noThreads(): BridgeError {
  return new BridgeError("No threads of Anthropic's are held here. Send all messages, without 'thread'.", {
    code: 'thread_unsupported_request',
    status: 400,
    param: 'thread',
  })
}
