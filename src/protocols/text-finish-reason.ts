import type { FinishReason } from '../core/answer-event.ts'

/** Why an answer ended, in the words of OpenAI's Completions and of Ollama, which have none for calls. */
export type TextFinishReason = 'stop' | 'length' | 'content_filter'

export function encodeTextFinishReason(reason: FinishReason): TextFinishReason {
  switch (reason) {
    case 'length':
      return 'length'
    case 'content-filter':
      return 'content_filter'
    default:
      return 'stop'
  }
}
