import type { TextFinishReason } from '../text-finish-reason.ts'
import type { OpenAIUsage } from '../openai-usage.ts'

/** The shapes that we answer with; a test checks them against the types of the `openai` package. */

/** The probabilities of a text's tokens, in lists that run in parallel. */
export interface JsonLogprobs {
  tokens: string[]
  token_logprobs: number[]
  top_logprobs: Record<string, number>[]
  /** Where each token begins in the text. */
  text_offset: number[]
}

/** A completion, or a chunk of one that is streamed: they differ in what is null. */
export interface JsonCompletion<Reason = TextFinishReason> {
  id: string
  object: 'text_completion'
  /** Unix time in seconds. */
  created: number
  model: string
  system_fingerprint: string
  choices: { index: number; text: string; logprobs: JsonLogprobs | null; finish_reason: Reason }[]
  /** In a stream only when the client asked for it: null in every chunk but the last. */
  usage?: OpenAIUsage | null
}

export type JsonChunk = JsonCompletion<TextFinishReason | null>
