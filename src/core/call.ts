import type { CallExtras } from './connection.ts'
import type { Wire } from './model.ts'

/** A format of a provider's that the bridge can write and read. */
export type KnownWire = Exclude<Wire, 'unknown'>

/**
 * How opencode calls the provider of a model, as one process learned it from a call of opencode's own. It holds no
 * secret: those stay in the process.
 */
export interface CallForm {
  wire: KnownWire
  /** What the provider calls the model. */
  apiModel: string
  /** Where the call goes, without its query. */
  url: string
  /** The npm package that opencode speaks to the provider with. */
  npm: string
  /** Top-level fields of the body that opencode adds by itself, beside the conversation, the model and `stream`. */
  defaults: Record<string, unknown>
  /** Those of them that the user's own opencode configuration asks for: they hold for what a client leaves out. */
  configured: Record<string, unknown>
  /** Names, in lower case, of the headers that the login itself adds to a call. */
  loginHeaders: string[]
  /** What a plugin of the login has the system prompt begin with; its provider may refuse a call without it. */
  preamble: string[]
  /** Whether the provider can only be asked for a whole answer. */
  wholeOnly?: boolean
  /** Whether the model calls tools in its provider's fields, where that is known better than by the catalogue. */
  toolCall?: boolean
}

/** A call to a provider through opencode's login and connection. */
export interface ProviderCall {
  /** The JSON body, as the provider gets it. */
  body: string
  /** Whether the answer is to be a stream; some providers have another address for it. */
  stream: boolean
  /** Headers beside those of the form; a value of `anthropic-beta` and its like is added to the form's. */
  headers: Record<string, string>
  /** Have the last word. */
  extras?: CallExtras
  /** Stands for the conversation in headers and fields that providers find their caches by; unlike that of any other. */
  conversation: string
}

/** The head of a provider's answer, whatever its status. */
export interface ProviderHead {
  status: number
  /** Names in lower case. */
  headers: Record<string, string>
}

/** What comes of a call, in this order: retries, the head, the body in pieces. It ends after the last of them, or throws. */
export type CallEvent =
  | { type: 'retry'; attempt: number; delay: number; message: string }
  | ({ type: 'head' } & ProviderHead)
  | { type: 'bytes'; bytes: Uint8Array }
