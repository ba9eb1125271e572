/**
 * The shapes that we answer with; a test checks them against the types of the `@anthropic-ai/sdk` package. Fields that the
 * types require and Anthropic's answers leave out, such as `citations` where there are none, are absent here too: the
 * Vercel AI SDK refuses null in their place.
 */

export type WireStopReason = 'end_turn' | 'max_tokens' | 'stop_sequence' | 'tool_use' | 'refusal'

export interface WireTextBlock {
  type: 'text'
  text: string
}

export interface WireThinkingBlock {
  type: 'thinking'
  thinking: string
  /** Anthropic's proof that the text is its own, or another's token in its envelope; empty where there is none. */
  signature: string
}

export interface WireRedactedBlock {
  type: 'redacted_thinking'
  data: string
}

export interface WireToolUseBlock {
  type: 'tool_use'
  id: string
  name: string
  input: Record<string, unknown>
  caller: { type: 'direct' }
}

export type WireBlock = WireTextBlock | WireThinkingBlock | WireRedactedBlock | WireToolUseBlock

/** What a `message_delta` tells. */
export interface WireDeltaUsage {
  /** Without those that were read from the cache or written to it. */
  input_tokens: number
  cache_read_input_tokens: number
  cache_creation_input_tokens: number
  output_tokens: number
  output_tokens_details: { thinking_tokens: number }
  server_tool_use: null
}

export interface WireUsage extends WireDeltaUsage {
  cache_creation: null
  inference_geo: null
  service_tier: null
  speed: null
}

export interface WireStop {
  stop_reason: WireStopReason | null
  /** The one that matched; most providers say only that they stopped. */
  stop_sequence: string | null
  stop_details: { type: 'refusal'; category: null; explanation: null } | null
}

export interface WireMessage extends WireStop {
  id: string
  type: 'message'
  role: 'assistant'
  model: string
  content: WireBlock[]
  container: null
  diagnostics: null
  usage: WireUsage
}

export type WireDelta =
  | { type: 'text_delta'; text: string }
  | { type: 'thinking_delta'; thinking: string }
  | { type: 'signature_delta'; signature: string }
  | { type: 'input_json_delta'; partial_json: string }

/** An event within the content of a streamed message. */
export type WireBlockEvent =
  | { type: 'content_block_start'; index: number; content_block: WireBlock }
  | { type: 'content_block_delta'; index: number; delta: WireDelta }
  | { type: 'content_block_stop'; index: number }

export type WireEvent =
  | WireBlockEvent
  | { type: 'message_start'; message: WireMessage }
  | { type: 'ping' }
  | { type: 'message_delta'; delta: WireStop & { container: null }; usage: WireDeltaUsage }
  | { type: 'message_stop' }
  | WireError

export type WireErrorType =
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

export interface WireError {
  type: 'error'
  error: { type: WireErrorType; message: string; details: { error_code: string } }
  request_id: string | null
}

export interface WireTokenCount {
  input_tokens: number
}

/** An entry of the list of models. */
export interface WireModel {
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

export interface WireModelPage {
  data: WireModel[]
  has_more: boolean
  first_id: string | null
  last_id: string | null
}
