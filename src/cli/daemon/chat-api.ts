/** What the commands send to `POST /v1/chat/completions`, and what of the answer they read. */

export interface ChatRequest {
  model?: string
  messages: ChatMessage[]
  /** Parameters, by their names in the API. */
  [parameter: string]: unknown
}

export interface ChatMessage {
  role: 'system' | 'user' | 'assistant'
  content: string | ChatPart[]
}

export type ChatPart =
  | { type: 'text'; text: string }
  | { type: 'image_url'; image_url: { url: string } }
  | { type: 'file'; file: { filename: string; file_data: string } }
  | { type: 'input_audio'; input_audio: { data: string; format: 'wav' | 'mp3' } }

export interface ChatCompletion {
  choices: Array<{ message: { content: string | null }; finish_reason: string }>
  usage?: ChatUsage
}

/** Tokens, and USD where somebody knows. */
export interface ChatUsage {
  prompt_tokens?: number
  completion_tokens?: number
  prompt_tokens_details?: { cached_tokens?: number | null } | null
  completion_tokens_details?: { reasoning_tokens?: number | null } | null
  cost?: number | string | null
}

/** How an answer ended. */
export interface AnswerEnd {
  /** The finish reason. */
  reason: string
  usage: ChatUsage | undefined
}

/** What is known before the first word of an answer. */
export interface AnswerHead {
  /** Undefined where another model may yet answer. */
  model: string | undefined
  /** Parameters that have no effect. */
  ignored: string[]
}

export interface Asking {
  signal: AbortSignal
  /** What it throws ends the request. */
  onHead?(head: AnswerHead): void
  /** Hears what keeps the answer waiting. */
  onNews?(news: string): void
}
