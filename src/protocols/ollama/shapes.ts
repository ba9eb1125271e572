import type { TextFinishReason } from '../text-finish-reason.ts'

/** The shapes that we answer with; a test checks them against the types of the `ollama` package. */

/** A piece of a streamed answer, or the whole of one that is not. */
export type JsonPiece<Said = JsonChatSaid | JsonTextSaid> = { model: string; /** ISO. */ created_at: string } & Said &
  ({ done: false } | ({ done: true; done_reason: JsonDoneReason } & JsonFigures)) & { logprobs?: JsonLogprob[] }

/** What `/api/chat` says in a piece. */
export interface JsonChatSaid {
  message: { role: 'assistant'; content: string; thinking?: string; tool_calls?: JsonToolCall[] }
}

/** What `/api/generate` says in one. */
export interface JsonTextSaid {
  response: string
  thinking?: string
}

export interface JsonToolCall {
  id: string
  function: { index: number; name: string; arguments: Record<string, unknown> }
}

/** Ollama itself has `stop`, `length`, and `load` and `unload` for a request without a prompt. */
export type JsonDoneReason = TextFinishReason | 'load' | 'unload'

/** Durations in nanoseconds; those that nobody measured are absent, as Ollama leaves out zeros. */
export interface JsonFigures {
  total_duration?: number
  prompt_eval_count?: number
  prompt_eval_duration?: number
  eval_count?: number
  eval_duration?: number
}

export interface JsonLogprob {
  token: string
  logprob: number
  bytes?: number[]
  top_logprobs?: { token: string; logprob: number; bytes?: number[] }[]
}

/** An entry of `/api/tags`. */
export interface JsonListedModel {
  name: string
  model: string
  /** ISO. */
  modified_at: string
  /** Bytes on this machine. */
  size: number
  digest: string
  details: JsonDetails
}

export interface JsonDetails {
  parent_model: string
  format: string
  family: string
  families: string[]
  parameter_size: string
  quantization_level: string
}

/** The body of `/api/show`. */
export interface JsonShownModel {
  license: string
  modelfile: string
  parameters: string
  template: string
  details: JsonDetails
  /** By names of GGUF's: `general.architecture`, and `<architecture>.context_length` in tokens. */
  model_info: Record<string, string | number>
  capabilities: string[]
  modified_at: string
}
