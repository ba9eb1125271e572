/** The shapes that we answer with; a test checks them against the types of the `openai` package. */

export type WireFinishReason = 'stop' | 'length' | 'tool_calls' | 'content_filter'

export interface WireUsage {
  prompt_tokens: number
  completion_tokens: number
  total_tokens: number
  prompt_tokens_details: { cached_tokens: number }
  completion_tokens_details: { reasoning_tokens: number }
}

export interface WireToolCall {
  id: string
  type: 'function'
  function: { name: string; arguments: string }
}

export interface WireCompletion {
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
      refusal: null
      /** Not OpenAI's, but the name that most gateways and clients use. */
      reasoning_content?: string
      tool_calls?: WireToolCall[]
    }
    logprobs: null
    finish_reason: WireFinishReason
  }[]
  usage: WireUsage
}

export interface WireDelta {
  role?: 'assistant'
  content?: string
  reasoning_content?: string
  tool_calls?: (WireToolCall & { index: number })[]
}

export interface WireChunk {
  id: string
  object: 'chat.completion.chunk'
  created: number
  model: string
  system_fingerprint: string
  choices: { index: number; delta: WireDelta; logprobs: null; finish_reason: WireFinishReason | null }[]
  /** Only when the client asked for it: null in every chunk but the last. */
  usage?: WireUsage | null
}
