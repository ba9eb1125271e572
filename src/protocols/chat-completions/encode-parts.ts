import type { FinishReason } from '../../core/answer-event.ts'
import type { JsonFinishReason, JsonLogprobs } from './shapes.ts'

export function encodeLogprobs(content: readonly unknown[]): JsonLogprobs {
  return { content: content as JsonLogprobs['content'], refusal: null }
}

export function encodeFinishReason(reason: FinishReason): JsonFinishReason {
  switch (reason) {
    case 'tool-calls':
      return 'tool_calls'
    case 'content-filter':
      return 'content_filter'
    default:
      return reason
  }
}
