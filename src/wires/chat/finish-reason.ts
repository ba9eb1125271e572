import type { FinishReason } from '../../core/answer-event.ts'
import { incompleteError } from '../shared/incomplete-error.ts'

/** OpenAI's words, and those of servers that have others for the same. */
const REASONS: Record<string, FinishReason> = {
  stop: 'stop',
  length: 'length',
  max_tokens: 'length',
  model_length: 'length',
  model_context_window_exceeded: 'length',
  tool_calls: 'tool-calls',
  function_call: 'tool-calls',
  content_filter: 'content-filter',
  safety: 'content-filter',
  sensitive: 'content-filter',
}

/** Words for an answer that its provider gave up: OpenRouter's, SGLang's, DeepSeek's and Zhipu's. */
const BROKEN: readonly string[] = ['error', 'abort', 'cancelled', 'insufficient_system_resource', 'network_error']

/**
 * Why an answer ended. Any other word than the known ones is one for its natural end.
 * @throws BridgeError 502 `upstream_incomplete`
 */
export function toFinishReason(word: string): FinishReason {
  const reason = word.toLowerCase()
  if (BROKEN.includes(reason)) throw incompleteError(word)
  return REASONS[reason] ?? 'stop'
}
