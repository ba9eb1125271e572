import type { FetchFault } from '../../core/page-fetch.ts'

/**
 * The shapes that we answer with; a test checks them against the types of the `@anthropic-ai/sdk` package. Fields that the
 * types require and Anthropic's answers leave out, such as `citations` where there are none, are absent here too: the
 * Vercel AI SDK refuses null in their place.
 */

export type JsonStopReason = 'end_turn' | 'max_tokens' | 'stop_sequence' | 'tool_use' | 'refusal'

export interface JsonTextBlock {
  type: 'text'
  text: string
  /** Of what searches and fetches found; absent where there are none. */
  citations?: (JsonCitation | JsonQuote)[]
}

export interface JsonCitation {
  type: 'web_search_result_location'
  url: string
  title: string
  cited_text: string
  encrypted_index: string
}

/** Something quoted from a page that was fetched; its characters are counted in the page's text. */
export interface JsonQuote {
  type: 'char_location'
  cited_text: string
  /** Of the documents in the answer, from 0. */
  document_index: number
  document_title: string | null
  start_char_index: number
  end_char_index: number
  file_id: null
}

/** A search that was made on the way, or a page that was fetched. */
export interface JsonServerToolUse {
  type: 'server_tool_use'
  id: string
  name: 'web_search' | 'web_fetch'
  input: { query?: string; url?: string }
  caller: { type: 'direct' }
}

export interface JsonSearchResult {
  type: 'web_search_tool_result'
  tool_use_id: string
  content:
    | { type: 'web_search_result'; url: string; title: string; encrypted_content: string; page_age: null }[]
    | { type: 'web_search_tool_result_error'; error_code: 'unavailable' }
  caller: { type: 'direct' }
}

export interface JsonFetchResult {
  type: 'web_fetch_tool_result'
  tool_use_id: string
  content:
    | { type: 'web_fetch_result'; url: string; content: JsonDocument; retrieved_at: string }
    | { type: 'web_fetch_tool_result_error'; error_code: FetchFault }
  caller: { type: 'direct' }
}

export interface JsonDocument {
  type: 'document'
  source: { type: 'text'; media_type: 'text/plain'; data: string } | { type: 'base64'; media_type: 'application/pdf'; data: string }
  title: string | null
  citations: { enabled: boolean } | null
}

export interface JsonThinkingBlock {
  type: 'thinking'
  thinking: string
  /** Anthropic's proof that the text is its own, or another's token in its envelope; empty where there is none. */
  signature: string
}

export interface JsonRedactedBlock {
  type: 'redacted_thinking'
  data: string
}

export interface JsonToolUseBlock {
  type: 'tool_use'
  id: string
  name: string
  input: Record<string, unknown>
  caller: { type: 'direct' }
}

export type JsonBlock = JsonTextBlock | JsonThinkingBlock | JsonRedactedBlock | JsonToolUseBlock | JsonServerToolUse | JsonSearchResult | JsonFetchResult

/** What a `message_delta` tells. */
export interface JsonDeltaUsage {
  /** Without those that were read from the cache or written to it. */
  input_tokens: number
  cache_read_input_tokens: number
  cache_creation_input_tokens: number
  output_tokens: number
  output_tokens_details: { thinking_tokens: number }
  /** How often the bridge ran a vendor's tool; null where it did not. */
  server_tool_use: { web_search_requests: number; web_fetch_requests: number } | null
}

export interface JsonUsage extends JsonDeltaUsage {
  cache_creation: null
  inference_geo: null
  service_tier: null
  speed: null
}

export interface JsonStop {
  stop_reason: JsonStopReason | null
  /** The one that matched; most providers say only that they stopped. */
  stop_sequence: string | null
  stop_details: { type: 'refusal'; category: null; explanation: null } | null
}

export interface JsonMessage extends JsonStop {
  id: string
  type: 'message'
  role: 'assistant'
  model: string
  content: JsonBlock[]
  container: null
  diagnostics: null
  usage: JsonUsage
}

export type JsonDelta =
  | { type: 'text_delta'; text: string }
  | { type: 'thinking_delta'; thinking: string }
  | { type: 'signature_delta'; signature: string }
  | { type: 'citations_delta'; citation: JsonCitation | JsonQuote }
  | { type: 'input_json_delta'; partial_json: string }

/** An event within the content of a streamed message. */
export type JsonBlockEvent =
  | { type: 'content_block_start'; index: number; content_block: JsonBlock }
  | { type: 'content_block_delta'; index: number; delta: JsonDelta }
  | { type: 'content_block_stop'; index: number }

export type JsonEvent =
  | JsonBlockEvent
  | { type: 'message_start'; message: JsonMessage }
  | { type: 'ping' }
  | { type: 'message_delta'; delta: JsonStop & { container: null }; usage: JsonDeltaUsage }
  | { type: 'message_stop' }
  | JsonError

export type JsonErrorType =
  | 'invalid_request_error'
  | 'authentication_error'
  | 'billing_error'
  | 'permission_error'
  | 'not_found_error'
  | 'request_too_large'
  | 'rate_limit_error'
  | 'timeout_error'
  | 'api_error'
  | 'overloaded_error'

export interface JsonError {
  type: 'error'
  error: { type: JsonErrorType; message: string; details: { error_code: string } }
  request_id: string | null
}

export interface JsonTokenCount {
  input_tokens: number
}

/** An entry of the list of models. */
export interface JsonModel {
  type: 'model'
  id: string
  display_name: string
  /** ISO. */
  created_at: string
  /** Tokens. */
  max_input_tokens: number
  max_tokens: number
  /** Null is unknown. */
  capabilities: null
  lifecycle: 'active'
  line: null
  deprecated_at: null
  retires_at: null
}

export interface JsonModelPage {
  data: JsonModel[]
  has_more: boolean
  first_id: string | null
  last_id: string | null
}
