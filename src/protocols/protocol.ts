import type { z } from 'zod'
import type { KnownWire } from '../core/call.ts'
import type { BridgeError } from '../core/errors.ts'
import type { AnswerEvent } from '../core/answer-event.ts'
import type { HostedKind } from '../core/hosted.ts'
import type { AnswerCost } from '../core/money.ts'
import type { Parameters } from '../core/prompt.ts'
import type { Answer } from './answer.ts'
import type { DraftPrompt } from './draft-prompt.ts'
import type { Asked } from './restore-tokens.ts'

/** A client format: pure translation between a vendor's JSON and `Prompt` and `AnswerEvent`. */
export interface Protocol {
  /** The vendor's name of the format, for the log. */
  readonly name: string
  /** The format of providers that a body of this one can be passed on to as it is. */
  readonly wire?: KnownWire
  /** What the format calls each parameter, for clients to be told which had no effect. */
  readonly parameterNames: Record<keyof Parameters, string>
  /** Fields that `Decoded.ignored` may name and that cannot change an answer, so that no strictness refuses them. */
  readonly hints: readonly string[]
  /** Where the vendor's packages look for the id of a request, if not in `x-request-id`. */
  readonly requestIdHeader?: string
  /** The media type of its streams, where they are not server-sent events. */
  readonly streamType?: string
  /** Makes another form of such a stream, where the client wants one; of heartbeats and of what is passed on as well. */
  readonly reshape?: () => TransformStream<Uint8Array, Uint8Array>
  /** Sent between two events of a stream that is silent: whole lines that every client of the format passes over. */
  readonly heartbeat: string
  /** Whether its clients pass over comments. */
  readonly comments: boolean
  /** What `decode` holds a body to, before it looks at what no schema can say. */
  readonly requestSchema: z.ZodType
  /**
   * Reads of a request what every lane needs.
   * @throws BridgeError 400 with `param` for what no provider of the format can be meant to take: a wrong JSON type or a
   *   missing field of what the bridge knows, a number out of its range, calls and results of tools that do not belong
   *   together. Blocks, items, tools, fields and words that it does not know pass.
   */
  read(body: Record<string, unknown>, context?: ReadContext): RequestHead
  /**
   * Reads a request and builds its prompt: `read` and then `RequestHead.decode`.
   * @throws BridgeError what they throw, and whatever `resolveModel` throws
   */
  decode(body: Record<string, unknown>, context: DecodeContext): Decoded
  /**
   * What the format itself keeps between requests, for a body that is passed on as it is.
   * @throws BridgeError for a reference to what is not kept
   */
  pass?(body: Record<string, unknown>): Passing
  /**
   * Of a body that is passed on as it is, the tokens that stand in envelopes: those of the model that is asked get the form
   * back in which its provider gave them, others are left out, with what is nothing without them; and so are those in the
   * vendor's own fields that are known to be another model's.
   * @param body with the changes of `pass`, if there are such
   * @param asked is asked about each token in such a field
   * @returns what changes, by top-level field
   */
  restoreTokens?(body: Record<string, unknown>, asked: Asked): Record<string, unknown>
  /**
   * The JSON body of an error; its status and headers are the server's, for they are the same in every format.
   * @param requestId as the headers have it, for formats that repeat it
   */
  encodeError(error: BridgeError, requestId?: string): unknown
}

export interface Passing {
  /** By top-level field of the body; undefined removes it. */
  changes: Record<string, unknown>
  /** Hears the JSON of each event of the answer, or of the whole answer. */
  onData?(data: unknown): void
}

export interface ReadContext {
  /**
   * Whether the messages go on with a conversation that is kept: results of tools may then come first. Whether they
   * answer its calls is checked there.
   */
  continues?: boolean
  /** The vendors' tools that the bridge runs for models whose providers do not. */
  hosted?: readonly HostedKind[]
}

export interface DecodeContext extends ReadContext {
  /**
   * Turns the name that a client used, if any, into the id of a model that exists.
   * @throws BridgeError 404 when there is none
   */
  resolveModel(name: string | undefined): string
}

/** What every lane needs to know of a request. */
export interface RequestHead {
  /** As the client named it, if it did. */
  model: string | undefined
  /** How many answers the client wants to it. */
  choices: number
  /** Whether the client wants the answer as a stream. */
  stream: boolean
  /** Whether the body has words of other formats, so that no provider of this one would understand it as it is. */
  mixed?: boolean
  /**
   * Builds the prompt, for a provider of another format or for opencode's session.
   * @param model the id of the model that is asked
   * @throws BridgeError 400 with `param` for what only a provider of this format could take: kinds of blocks and tools that
   *   the bridge does not know, files that are kept by the vendor, the vendor's own state; 404 for a response that is not kept
   */
  decode(model: string): Decoded
  /**
   * Makes the encoder of the one response to a request whose prompt was not built. It keeps nothing of it.
   * @param model the id of the model that is asked
   */
  createEncoder(response: ResponseIdentity, model: string): Encoder
}

/** A request that was understood. */
export interface Decoded {
  prompt: DraftPrompt
  /** How many answers the client wants to it. */
  choices: number
  /** Names of fields that ask for something which no `Prompt` can express; found when asked for, which of what is passed on nobody does. */
  readonly ignored: string[]
  /** Whether the client wants the answer as a stream. */
  stream: boolean
  /** Makes the encoder of the one response to this request. */
  createEncoder(response: ResponseIdentity): Encoder
}

export interface ResponseIdentity {
  /** Unique, without the prefix that the format may want. */
  id: string
  /** Unix time in seconds. */
  created: number
  /** As the headers have it, for formats that repeat it in an error. */
  requestId?: string
  /** What it has cost once it is whole, for formats with a place for that; undefined where nobody knows, or nobody is told. */
  cost?(): AnswerCost | undefined
}

/** Writes one response; it keeps the state of one stream, so it serves no second response. */
export interface Encoder {
  /** The JSON body of a response that is not streamed; it has one answer for each choice, in their order. */
  answer(answers: readonly Answer[]): unknown
  /** The frames (server-sent events, or lines) for one event of a choice; those for the last `finish` end the stream. */
  event(event: EncodedEvent, choice: number): string[]
  /** Those that end a stream which failed after it began. */
  error(error: BridgeError): string[]
}

/** What an answer consists of; retries are the server's to tell, as comments that every format allows. */
export type EncodedEvent = Exclude<AnswerEvent, { type: 'retry' }>
