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
  output: OutputFormat
  parameters: Parameters
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
  /** Where the client wrote it, e.g. `messages[0].content[1]`, for an error that names it. */
  param: string
  mediaType: string
  data: string
  filename?: string
}

export interface Tool {
  name: string
  description?: string
  /** A JSON Schema, exactly as the client sent it; absent for a tool without parameters. */
  parameters?: Record<string, unknown>
  /** Whether the provider is to hold the model to the schema. */
  strict?: boolean
}

/** A call of a client's tool; `arguments` is the JSON text as the model wrote it. */
export interface ToolCall {
  id: string
  name: string
  arguments: string
}

export type ToolChoice = { type: 'auto' | 'none' | 'required' } | { type: 'tool'; name: string }

/** What the text of the answer must be. */
export type OutputFormat = { type: 'text' } | { type: 'json' } | { type: 'json-schema'; name: string; description?: string; schema: Record<string, unknown>; strict: boolean }

/**
 * Everything else that shapes an answer. Absent means that the provider's own default holds; wire formats leave out
 * values that ask for nothing, such as `presence_penalty: 0`. How each is carried is in `core/parameters.ts`.
 */
export interface Parameters {
  temperature?: number
  topP?: number
  maxOutputTokens?: number
  stop?: string[]
  seed?: number
  presencePenalty?: number
  frequencyPenalty?: number
  logitBias?: Record<string, number>
  /** Number of alternatives to report with each token's probability. */
  logprobs?: number
  reasoningEffort?: string
  verbosity?: string
  parallelToolCalls?: boolean
  user?: string
  metadata?: Record<string, string>
  store?: boolean
  serviceTier?: string
  prediction?: Record<string, unknown>
  modalities?: string[]
}
