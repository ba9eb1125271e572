import type { RawTool } from './schema.ts'

/** The shapes that we answer with; a test checks them against the types of the `openai` package. */

export type FinalStatus = 'completed' | 'incomplete'

export type ItemStatus = 'in_progress' | FinalStatus

export interface JsonLogprob {
  token: string
  logprob: number
  bytes: number[]
  top_logprobs: { token: string; logprob: number; bytes: number[] }[]
}

/** Where a text names what a search found. Characters. */
export interface JsonUrlCitation {
  type: 'url_citation'
  url: string
  title: string
  start_index: number
  end_index: number
}

export interface JsonOutputText {
  type: 'output_text'
  text: string
  annotations: JsonUrlCitation[]
  logprobs: JsonLogprob[]
}

export interface JsonMessage {
  type: 'message'
  id: string
  status: ItemStatus
  role: 'assistant'
  content: (JsonOutputText | JsonRefusal)[]
}

export interface JsonRefusal {
  type: 'refusal'
  refusal: string
}

export interface JsonSummaryText {
  type: 'summary_text'
  text: string
}

export interface JsonReasoning {
  type: 'reasoning'
  id: string
  status: ItemStatus
  summary: JsonSummaryText[]
  /** OpenAI's, or another provider's token in its envelope; only for who asked for it. */
  encrypted_content?: string
}

export interface JsonFunctionCall {
  type: 'function_call'
  id: string
  status: ItemStatus
  call_id: string
  name: string
  /** Of the tool, when the client offered it within one. */
  namespace?: string
  arguments: string
}

export interface JsonCustomToolCall {
  type: 'custom_tool_call'
  id: string
  status: ItemStatus
  call_id: string
  name: string
  namespace?: string
  input: string
}

/** The client looks for tools. */
export interface JsonToolSearchCall {
  type: 'tool_search_call'
  id: string
  status: ItemStatus
  call_id: string
  execution: 'client'
  /** Empty until they are all there. */
  arguments: unknown
}

export type JsonItem = JsonMessage | JsonReasoning | JsonFunctionCall | JsonCustomToolCall | JsonToolSearchCall | JsonWebSearchCall

export interface JsonWebSearchCall {
  type: 'web_search_call'
  id: string
  status: 'completed' | 'failed'
  action: { type: 'search'; query: string; queries: string[]; sources: { type: 'url'; url: string }[] }
}

export interface JsonUsage {
  input_tokens: number
  input_tokens_details: { cached_tokens: number; cache_write_tokens: number }
  output_tokens: number
  output_tokens_details: { reasoning_tokens: number }
  total_tokens: number
  /** Not OpenAI's; see `encodeCost`. */
  cost?: number
  cost_details?: Record<string, number>
}

export type ResponseStatus = 'in_progress' | 'completed' | 'incomplete' | 'failed' | 'cancelled'

export interface JsonResponse {
  id: string
  object: 'response'
  /** Unix time in seconds. */
  created_at: number
  completed_at: number | null
  status: ResponseStatus
  background: false
  error: { code: string; message: string } | null
  incomplete_details: { reason: 'max_output_tokens' | 'content_filter' } | null
  instructions: string | null
  max_output_tokens: number | null
  max_tool_calls: number | null
  metadata: Record<string, string>
  model: string
  output: JsonItem[]
  parallel_tool_calls: boolean
  presence_penalty: number
  frequency_penalty: number
  previous_response_id: string | null
  prompt_cache_key: string | null
  reasoning: { effort: string | null; summary: string | null }
  safety_identifier: string | null
  service_tier: string
  store: boolean
  temperature: number
  text: { format: Record<string, unknown> & { type: string }; verbosity: 'low' | 'medium' | 'high' }
  tool_choice: unknown
  tools: RawTool[]
  top_logprobs: number
  top_p: number
  truncation: 'disabled'
  /** Null until it is over. */
  usage: JsonUsage | null
  user?: string
}

interface OfItem {
  item_id: string
  output_index: number
}

/** An event of a stream, without its number in it. */
export type EventBody =
  | {
      type: 'response.created' | 'response.in_progress' | 'response.completed' | 'response.incomplete' | 'response.failed'
      response: JsonResponse
    }
  | { type: 'response.output_item.added' | 'response.output_item.done'; output_index: number; item: JsonItem }
  | ItemEventBody
  /** With the fields of OpenAI's types, and in `error` those that its servers send. */
  | { type: 'error'; code: string | null; message: string; param: string | null; error: JsonError }

/** Events of something within an item. */
export type ItemEventBody =
  | (OfItem & { type: 'response.content_part.added' | 'response.content_part.done'; content_index: number; part: JsonOutputText | JsonRefusal })
  | (OfItem & { type: 'response.output_text.delta'; content_index: number; delta: string; logprobs: JsonLogprob[] })
  | (OfItem & { type: 'response.output_text.annotation.added'; content_index: number; annotation_index: number; annotation: JsonUrlCitation })
  | (OfItem & { type: 'response.web_search_call.in_progress' | 'response.web_search_call.searching' | 'response.web_search_call.completed' })
  | (OfItem & { type: 'response.output_text.done'; content_index: number; text: string; logprobs: JsonLogprob[] })
  | (OfItem & { type: 'response.refusal.delta'; content_index: number; delta: string })
  | (OfItem & { type: 'response.refusal.done'; content_index: number; refusal: string })
  | (OfItem & {
      type: 'response.reasoning_summary_part.added' | 'response.reasoning_summary_part.done'
      summary_index: number
      part: JsonSummaryText
    })
  | (OfItem & { type: 'response.reasoning_summary_text.delta'; summary_index: number; delta: string })
  | (OfItem & { type: 'response.reasoning_summary_text.done'; summary_index: number; text: string })
  | (OfItem & { type: 'response.function_call_arguments.delta' | 'response.custom_tool_call_input.delta'; delta: string })
  | (OfItem & { type: 'response.function_call_arguments.done'; name: string; arguments: string })
  | (OfItem & { type: 'response.custom_tool_call_input.done'; input: string })

export interface JsonError {
  type: string
  code: string | null
  message: string
  param: string | null
}

export type JsonEvent = EventBody & { sequence_number: number }
