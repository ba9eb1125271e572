import type { AssistantPart } from '../core/prompt.ts'

/** An answer of a model's that called tools, with what its client may leave out of the history that it sends back. */
export interface KeptAnswer {
  /** Its calls' ids, in their order: they tell answers apart whose conversations and calls are the same. */
  callIds: string[]
  /** Stands for what may differ from request to request of one conversation, such as the system's words. */
  context: string
  /** The `provider/model` that gave it. */
  model: string
  /** All of it, in the order in which the model gave it. */
  parts: AssistantPart[]
}

export interface StoreSize {
  entries: number
  /** Roughly. */
  bytes: number
}

/**
 * Keeps what providers want back with their models' answers, for clients that do not send it. Keys are the caller's:
 * whoever makes them sees to it that nobody finds another's. What is kept may be gone at any time.
 */
export interface ReasoningStore {
  /** Keeps an answer beside the others of its key, in the place of one with the same ids and context. */
  keepAnswer(key: string, answer: KeptAnswer): Promise<void>
  /** The answers of each key, the oldest first. To be found counts as use. */
  findAnswers(keys: readonly string[]): Promise<(readonly KeptAnswer[])[]>
  /** Keeps which `provider/model` made the tokens that the keys stand for. */
  keepOrigins(keys: readonly string[], model: string): Promise<void>
  /** Undefined for one that several models made, too: whose it is in a history, nobody can tell. */
  findOrigins(keys: readonly string[]): Promise<(string | undefined)[]>
  size(): Promise<StoreSize>
}
