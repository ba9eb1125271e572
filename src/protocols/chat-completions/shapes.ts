import type { OpenAIUsage } from '../openai-usage.ts'

/** The shapes that we answer with; a test checks them against the types of the `openai` package. */

export type JsonFinishReason = 'stop' | 'length' | 'tool_calls' | 'content_filter'

export type JsonToolCall = { id: string } & (
  | { type: 'function'; function: { name: string; arguments: string } }
  | { type: 'custom'; custom: { name: string; input: string } }
)

/** Not OpenAI's; the names that gateways and clients use for what the model thought, and for what its provider wants back. */
export interface JsonReasoning {
  reasoning_content: string
  reasoning: string
  reasoning_details: JsonReasoningDetail[]
  reasoning_opaque: string
}

/** OpenRouter's: `reasoning.text` with `text`, `reasoning.summary` with `summary`, `reasoning.encrypted` with `data`. */
export type JsonReasoningDetail = Record<string, unknown> & { type?: unknown }

export interface JsonLogprobs {
  content: JsonTokenLogprob[]
  refusal: null
}

interface JsonTokenLogprob {
  token: string
  logprob: number
  bytes: number[] | null
  top_logprobs: { token: string; logprob: number; bytes: number[] | null }[]
}

export interface JsonCompletion {
  id: string
  object: 'chat.completion'
  /** Unix time in seconds. */
  created: number
  model: string
  system_fingerprint: string
  choices: {
    index: number
    message: {
      role: 'assistant'
      content: string | null
      refusal: string | null
      tool_calls?: JsonToolCall[]
    } & Partial<JsonReasoning>
    logprobs: JsonLogprobs | null
    finish_reason: JsonFinishReason
  }[]
  usage: OpenAIUsage
}

export interface JsonDelta extends Partial<JsonReasoning> {
  role?: 'assistant'
  content?: string
  refusal?: string
  /** A call's first has the id and the name, the others only more of the arguments. */
  tool_calls?: ({ index: number } & (JsonToolCall | { function: { arguments: string } } | { custom: { input: string } }))[]
}

export interface JsonChunk {
  id: string
  object: 'chat.completion.chunk'
  created: number
  model: string
  system_fingerprint: string
  choices: { index: number; delta: JsonDelta; logprobs: JsonLogprobs | null; finish_reason: JsonFinishReason | null }[]
  /** Only when the client asked for it: null in every chunk but the last. */
  usage?: OpenAIUsage | null
}
