import type { EventSourceMessage } from 'eventsource-parser'

/** What every format has to say about itself, so that one contract can be held against all of them. */
export interface ClientFormat {
  readonly name: string
  /** Whether the format has words for a thing, or why it has none and what a client gets that asks all the same. */
  readonly capabilities: Record<Capability, 'expressed' | Missing>
  /** Whether usage says how much of it was cached and thought. */
  readonly countsParts: boolean
  /** What a stream consists of. */
  readonly frames: 'events' | 'lines'
  /** The format's own word for each end of an answer. */
  readonly stopReasons: Record<StopReason, string>
  /** How an answer ends in which the model refuses, and whether the format has a place of its own for what it says. */
  readonly refusal: { stop: string; isText: boolean }
  /** The format's own word for an error of each status. */
  readonly errorTypes: Record<ErrorStatus, string>
  encode(request: AbstractRequest): WireRequest
  /** Reads the body of an answer in one piece. */
  decodeAnswer(body: any): AbstractAnswer
  /** Reads what has come of a streamed answer so far, a line as an event without a name; throws for what is not framed as the format has it. */
  decodeStream(events: readonly EventSourceMessage[]): AbstractAnswer
  /** Reads an answer with an error status; throws where its body is not the format's envelope. */
  decodeError(body: any, headers: Headers): AbstractError
}

export type Capability =
  | 'system'
  /** Turns of the user and of the assistant. */
  | 'history'
  | 'tools'
  /** A demand that a tool be called. */
  | 'demand'
  /** Several calls in one answer. */
  | 'parallelCalls'
  /** A demand that there be no several calls in one answer. */
  | 'oneCallOnly'
  | 'images'
  /** What the model thought, in answers and in the history. */
  | 'reasoning'

export interface Missing {
  /** Why the format cannot express it. */
  reason: string
  /** The fields of a client that sends it all the same. */
  attempt: Record<string, unknown>
  /** The field that a 400 names, or that the answer's `X-Bridge-Ignored` does. */
  instead: { refused: string } | { ignored: string }
}

export type StopReason = 'stop' | 'length' | 'tool-calls' | 'content-filter'

/** 502 is that of a provider which fails in the middle of its answer. */
export type ErrorStatus = 400 | 401 | 429 | 500 | 502

/** A request without what the format cannot express. */
export interface AbstractRequest {
  system?: string
  turns: Turn[]
  tools?: ToolDefinition[]
  /** Whether a tool must be called; it may be unless this is said. */
  mustCall?: boolean
  oneCallOnly?: boolean
  maxTokens: number
  stream: boolean
}

export type Turn =
  | { role: 'user'; parts: UserPart[] }
  | { role: 'assistant'; text: string; reasoning: string; calls: ToolCall[] }
  | { role: 'tools'; results: ToolResult[] }

export type UserPart = { type: 'text'; text: string } | { type: 'image'; mediaType: string; data: string }

export interface ToolDefinition {
  name: string
  description: string
  /** JSON Schema. */
  parameters: Record<string, unknown>
}

export interface ToolCall {
  id: string
  name: string
  /** JSON text. */
  arguments: string
}

export interface ToolResult {
  call: ToolCall
  content: string
}

export interface WireRequest {
  path: string
  body: Record<string, unknown>
}

export interface AbstractAnswer {
  text: string
  refusal: string
  reasoning: string
  calls: ToolCall[]
  usage: AbstractUsage | undefined
  /** The format's own word for why the answer ended; undefined as long as a client cannot take it for complete. */
  stop: string | undefined
  /** What broke the answer off. */
  error: AbstractError | undefined
}

/** `input` includes what is cached, `output` what was thought. */
export interface AbstractUsage {
  input: number
  output: number
  cached: number
  reasoning: number
}

export interface AbstractError {
  /** The format's own word for the kind of error. */
  type: string
  message: string
  /** Seconds after which the client may come back, from where the clients of the format look for it. */
  retryAfter: number | undefined
}

/** An answer of which nothing has come. */
export function emptyAnswer(): AbstractAnswer {
  return { text: '', refusal: '', reasoning: '', calls: [], usage: undefined, stop: undefined, error: undefined }
}

/** Where most clients look for the seconds until they may come back. */
export function retryAfterOf(headers: Headers): number | undefined {
  const value = headers.get('retry-after')
  return value === null ? undefined : Number(value)
}

/** The JSON of an event that has no name, as the formats of OpenAI's older endpoints and of Google's have it. */
export function readUnnamed({ event, data }: EventSourceMessage): any {
  if (event !== undefined) throw new Error(`an event has the name ${event}, which clients of this format do not expect`)
  return JSON.parse(data)
}

/** The JSON of an event whose name says its type once more. */
export function readNamed({ event, data }: EventSourceMessage): any {
  const body = JSON.parse(data)
  if (event !== body.type) throw new Error(`an event of type ${body.type} has the name ${event}`)
  return body
}
