import type { FinishReason } from '../../core/event.ts'
import type { WireFinishReason, WireLogprobs } from './wire.ts'

export function encodeLogprobs(content: readonly unknown[]): WireLogprobs {
  return { content: content as WireLogprobs['content'], refusal: null }
}

export function encodeFinishReason(reason: FinishReason): WireFinishReason {
  switch (reason) {
    case 'tool-calls':
      return 'tool_calls'
    case 'content-filter':
      return 'content_filter'
    default:
      return reason
  }
}
