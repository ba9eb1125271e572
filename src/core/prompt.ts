/**
 * The canonical request. Every wire format decodes into it, every engine runs it; neither knows the other.
 */
export interface Prompt {
  /** A resolved `provider/model` id. */
  model: string
  /** The conversation, in the client's order, system messages included where the client put them. */
  messages: Message[]
  tools: Tool[]
  toolChoice: ToolChoice
  sampling: Sampling
}

export type Message = SystemMessage | UserMessage | AssistantMessage | ToolMessage

export interface SystemMessage {
  role: 'system'
  content: string
}

export interface UserMessage {
  role: 'user'
  content: ContentPart[]
}

export interface AssistantMessage {
  role: 'assistant'
  content: string
  reasoning?: string
  toolCalls: ToolCall[]
}

export interface ToolMessage {
  role: 'tool'
  toolCallId: string
  content: string
}

export type ContentPart = TextPart | FilePart

export interface TextPart {
  type: 'text'
  text: string
}

/** An image, a PDF or audio; `data` is base64 without the data-URL prefix. */
export interface FilePart {
  type: 'file'
  mediaType: string
  data: string
  filename?: string
}

export interface Tool {
  name: string
  description?: string
  /** A JSON Schema, exactly as the client sent it. */
  parameters: Record<string, unknown>
}

/** A call of a client's tool; `arguments` is the JSON text as the model wrote it. */
export interface ToolCall {
  id: string
  name: string
  arguments: string
}

export type ToolChoice = { type: 'auto' | 'none' | 'required' } | { type: 'tool'; name: string }

export interface Sampling {
  temperature?: number
  topP?: number
  /** Absent means that the provider's own default holds. */
  maxOutputTokens?: number
}
