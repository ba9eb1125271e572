import type Anthropic from '@anthropic-ai/sdk'

type RequiredKeys<T> = { [K in keyof T]-?: object extends Pick<T, K> ? never : K }[keyof T]

/** The compiler holds each table to the fields that Anthropic's published types require, no more and no less. */
function required<T>(table: Record<RequiredKeys<T>, true>): string[] {
  return Object.keys(table)
}

export const REQUIRED = {
  message: required<Anthropic.Message>({
    id: true,
    container: true,
    content: true,
    diagnostics: true,
    model: true,
    role: true,
    stop_details: true,
    stop_reason: true,
    stop_sequence: true,
    type: true,
    usage: true,
  }),
  usage: required<Anthropic.Usage>({
    cache_creation: true,
    cache_creation_input_tokens: true,
    cache_read_input_tokens: true,
    inference_geo: true,
    input_tokens: true,
    output_tokens: true,
    output_tokens_details: true,
    server_tool_use: true,
    service_tier: true,
    speed: true,
  }),
  error: required<Anthropic.ErrorResponse>({ error: true, request_id: true, type: true }),
}

/** The types require what the API's answers have only where something is cited. */
export type PublishedText = Omit<Anthropic.TextBlock, 'citations'>

export const REQUIRED_OF_BLOCK: Record<string, string[]> = {
  text: required<PublishedText>({ text: true, type: true }),
  thinking: required<Anthropic.ThinkingBlock>({ signature: true, thinking: true, type: true }),
  redacted_thinking: required<Anthropic.RedactedThinkingBlock>({ data: true, type: true }),
  tool_use: required<Anthropic.ToolUseBlock>({ id: true, caller: true, input: true, name: true, type: true }),
}

export const REQUIRED_OF_DELTA: Record<string, string[]> = {
  text_delta: required<Anthropic.TextDelta>({ text: true, type: true }),
  thinking_delta: required<Anthropic.ThinkingDelta>({ thinking: true, type: true }),
  signature_delta: required<Anthropic.SignatureDelta>({ signature: true, type: true }),
  input_json_delta: required<Anthropic.InputJSONDelta>({ partial_json: true, type: true }),
}

export const REQUIRED_OF_EVENT: Record<string, string[]> = {
  message_start: required<Anthropic.RawMessageStartEvent>({ message: true, type: true }),
  ping: ['type'],
  content_block_start: required<Anthropic.RawContentBlockStartEvent>({ content_block: true, index: true, type: true }),
  content_block_delta: required<Anthropic.RawContentBlockDeltaEvent>({ delta: true, index: true, type: true }),
  content_block_stop: required<Anthropic.RawContentBlockStopEvent>({ index: true, type: true }),
  message_delta: required<Anthropic.RawMessageDeltaEvent>({ delta: true, type: true, usage: true }),
  message_stop: required<Anthropic.RawMessageStopEvent>({ type: true }),
}

export const REQUIRED_AT_END = {
  delta: required<Anthropic.RawMessageDeltaEvent.Delta>({ container: true, stop_details: true, stop_reason: true, stop_sequence: true }),
  usage: required<Anthropic.MessageDeltaUsage>({
    cache_creation_input_tokens: true,
    cache_read_input_tokens: true,
    input_tokens: true,
    output_tokens: true,
    output_tokens_details: true,
    server_tool_use: true,
  }),
}
