import type { Usage } from './usage.ts'

/** Texts to be turned into vectors, whatever the client's format. */
export interface EmbeddingRequest {
  /** A list of numbers is a text in the tokens of the model. */
  input: readonly (string | readonly number[])[]
  /** Of each vector, where the model leaves a choice. */
  dimensions?: number
  user?: string
  /** What the vectors are for, in Google's words, which has others for no one else. */
  task?: string
}

export interface EmbeddingAnswer {
  /** One for each text, in their order. */
  vectors: readonly (readonly number[])[]
  usage: Usage | undefined
}

/** What a provider answered. */
export interface EmbeddingReply {
  status: number
  /** Names in lower case. */
  headers: Record<string, string>
  text: string
  /** Undefined where that is no answer to the request. */
  answer: EmbeddingAnswer | undefined
}

/** A provider whose server may have embeddings. */
export interface Embedder {
  /** Whether a model's name is among those that it says it has. */
  lists(model: string): boolean
  /**
   * Asks it once, and again with another credential where it refused the first.
   * @throws BridgeError for a model that the configuration leaves out, a text that its format cannot have, a credential that
   *   there is none of, and 502 where there is no answer
   */
  embed(model: string, request: EmbeddingRequest, signal: AbortSignal): Promise<EmbeddingReply>
}

/** Those of the configuration, by the names of their blocks. */
export type Embedders = ReadonlyMap<string, Embedder>
