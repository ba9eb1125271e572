import type { BridgeError } from '../core/errors.ts'
import type { Event } from '../core/event.ts'
import type { Prompt } from '../core/prompt.ts'
import type { Answer } from './answer.ts'

/** A wire format: pure translation between a vendor's JSON and `Prompt` and `Event`. */
export interface Protocol {
  /** The vendor's name of the format, for the log. */
  readonly name: string
  /**
   * Reads a request.
   * @throws BridgeError 400 with `param` for a body that is not a valid request, and whatever `resolveModel` throws
   */
  decode(body: Record<string, unknown>, context: DecodeContext): Decoded
  /** The JSON body of an error; its status and headers are the server's, for they are the same in every format. */
  encodeError(error: BridgeError): unknown
}

export interface DecodeContext {
  /**
   * Turns the name that a client used, if any, into the id of a model that exists.
   * @throws BridgeError 404 when there is none
   */
  resolveModel(name: string | undefined): string
}

/** A request that was understood. */
export interface Decoded {
  prompt: Prompt
  /** Whether the client wants the answer as server-sent events. */
  stream: boolean
  /** Makes the encoder of the one answer to this request. */
  createEncoder(response: ResponseIdentity): Encoder
}

export interface ResponseIdentity {
  /** Unique, without the prefix that the format may want. */
  id: string
  /** Unix time in seconds. */
  created: number
}

/** Writes one answer; it keeps the state of one stream, so it serves no second answer. */
export interface Encoder {
  /** The JSON body of an answer that is not streamed. */
  answer(answer: Answer): unknown
  /** The server-sent events for one event of the answer; those for `finish` end the stream. */
  event(event: AnswerEvent): string[]
  /** The server-sent events that end a stream which failed after it began. */
  error(error: BridgeError): string[]
}

/** What an answer consists of; retries are the server's to tell, as comments that every format allows. */
export type AnswerEvent = Exclude<Event, { type: 'retry' }>
