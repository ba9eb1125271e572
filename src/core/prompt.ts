import type { OfferedHosted } from './hosted.ts'

/**
 * The canonical request. Every client format decodes into it, every engine runs it; neither knows the other.
 */
export interface Prompt {
  /** A resolved `provider/model` id. */
  model: string
  /** The conversation, in the client's order, system messages included where the client put them. */
  messages: Message[]
  tools: Tool[]
  toolChoice: ToolChoice
  /** The vendor's tools that the client offers and the bridge runs for the model; absent where there are none. */
  hosted?: OfferedHosted
  output: OutputFormat
  parameters: Parameters
}

export type Message = SystemMessage | UserMessage | AssistantMessage | ToolMessage

export interface SystemMessage {
  role: 'system'
  /** Of who speaks, among several in the role. */
  name?: string
  content: string
  cache?: CacheBreakpoint
}

export interface UserMessage {
  role: 'user'
  name?: string
  content: ContentPart[]
}

export interface AssistantMessage {
  role: 'assistant'
  name?: string
  /** In the order in which the model gave them; none at all is a message without content. */
  parts: AssistantPart[]
  /** The `provider/model` that gave it, where that is known without its tokens. */
  origin?: string
  /**
   * What became of the thoughts and tokens of an answer with calls that its client did not send back as they were: they are
   * `remembered`, and stand in `parts`; or they may be `lost`, since nobody has them.
   */
  thoughts?: 'remembered' | 'lost'
}

export interface ToolMessage {
  role: 'tool'
  toolCallId: string
  /** Files in it are a user's where the model's format has no place for them here. */
  content: ContentPart[]
  /** Whether the client said that the tool failed. */
  isError?: boolean
  cache?: CacheBreakpoint
}

export type ContentPart = TextPart | FilePart

export interface TextPart {
  type: 'text'
  text: string
  cache?: CacheBreakpoint
}

/** Where the client wants the provider to keep what it has read so far; only Anthropic is told. */
export interface CacheBreakpoint {
  /** How long, in the vendor's words: `5m`, `1h`. */
  ttl?: string
}

/** A piece of an answer, as a history holds it and as a model gives it. */
export type AssistantPart = AnswerText | Reasoning | CallPart

export interface AnswerText {
  type: 'text'
  text: string
  token?: Token
  cache?: CacheBreakpoint
}

/** What the model thought, as far as its provider shows it: the text may be empty where there is a token. */
export interface Reasoning {
  type: 'reasoning'
  text: string
  token?: Token
}

export interface CallPart extends ToolCall {
  type: 'tool-call'
  /** Whether its client sent it without an id, so that this one was made for the prompt. */
  unnamed?: boolean
  token?: Token
  cache?: CacheBreakpoint
}

/** What a provider wants back, unaltered, with the part that it came with. It means nothing to anybody else. */
export interface Token {
  kind: TokenKind
  /** A list or an object is its JSON text. */
  value: string
  /** The provider's id of the item that held it, where the two belong together. */
  id?: string
  /** The `provider/model` that made it; absent where a client sent it in the vendor's own field, which does not tell. */
  origin?: string
}

/**
 * - `signature`: of Anthropic's `thinking` block; `redacted`: the `data` of its `redacted_thinking` block
 * - `thought-signature`: Gemini's, on a call, a text or a thought
 * - `encrypted`: the `encrypted_content` of an OpenAI Responses `reasoning` item, `id` is the item's; the value is empty
 *   where the provider keeps the item itself
 * - `details`: the `reasoning_details` of OpenRouter's chat, a list
 * - `opaque`: the `reasoning_opaque` of GitHub Copilot's chat
 * - `metadata`: what opencode itself keeps with a part, an object
 */
export type TokenKind = 'signature' | 'redacted' | 'thought-signature' | 'encrypted' | 'details' | 'opaque' | 'metadata'

/** An image, a PDF or audio; `data` is base64 without the data-URL prefix. */
export interface FilePart {
  type: 'file'
  /** Where the client wrote it, e.g. `messages[0].content[1]`, for an error that names it. */
  param: string
  mediaType: string
  data: string
  filename?: string
  cache?: CacheBreakpoint
}

export interface Tool {
  name: string
  description?: string
  /** A JSON Schema, exactly as the client sent it; absent for a tool without parameters. */
  parameters?: Record<string, unknown>
  /** Whether the provider is to hold the model to the schema. */
  strict?: boolean
  cache?: CacheBreakpoint
}

/** A call of a client's tool; `arguments` is the JSON text as the model wrote it. */
export interface ToolCall {
  id: string
  name: string
  arguments: string
}

export type ToolChoice = { type: 'auto' | 'none' | 'required' } | { type: 'tool'; name: string }

/** What the text of the answer must be. */
export type OutputFormat =
  | { type: 'text' }
  | { type: 'json' }
  | { type: 'json-schema'; name: string; description?: string; schema: Record<string, unknown>; strict: boolean }

/**
 * Everything else that shapes an answer. Absent means that the provider's own default holds; formats leave out
 * values that ask for nothing, such as `presence_penalty: 0`. How each is carried is in `core/parameters.ts`.
 */
export interface Parameters {
  temperature?: number
  topP?: number
  topK?: number
  maxOutputTokens?: number
  stop?: string[]
  seed?: number
  presencePenalty?: number
  frequencyPenalty?: number
  logitBias?: Record<string, number>
  /** Number of alternatives to report with each token's probability. */
  logprobs?: number
  reasoningEffort?: string
  /** `adaptive` leaves it to the model how much it thinks; absent with a budget or an effort. */
  reasoningMode?: 'adaptive' | 'disabled'
  /** Tokens that the model may think with. */
  reasoningBudget?: number
  /** Whether the client wants to see what the model thought, in OpenAI's words (`auto`, `concise`, `detailed`) or as `none`. */
  reasoningDisplay?: string
  verbosity?: string
  parallelToolCalls?: boolean
  user?: string
  metadata?: Record<string, string>
  store?: boolean
  serviceTier?: string
  prediction?: Record<string, unknown>
  modalities?: string[]
}
