import type { CallForm } from './call.ts'

/** What the daemon adds to a call. It may hold secrets, so it is told anew with each attempt and kept nowhere. */
export interface CallExtras {
  /** Names in lower case. They replace those of the same name; an empty one takes it off. */
  headers: Record<string, string>
  query: Record<string, string>
}

/** A provider that the daemon knows by its own configuration, where opencode would only have the address. */
export interface Connection {
  /** What differs from the retry policy of all providers. Milliseconds. */
  readonly retry: { maxRetries?: number; delay?: number }
  /** Finds out what is to be known of a model before it is asked, once. Never fails. */
  prepare(model: string): Promise<void>
  /** Whether a model calls tools in its provider's fields, where that is known better than by opencode. */
  callsTools(model: string): boolean | undefined
  /** How a model is called, with what the daemon knows better than opencode. */
  amend(model: string, form: CallForm): CallForm
  /** @throws BridgeError `credential_failed` */
  extras(): Promise<CallExtras>
  /** What to try after the provider has refused those; undefined where there is nothing else. Throws what `extras` throws. */
  renew(refused: CallExtras): Promise<CallExtras | undefined>
}

/** By the id of a provider; undefined for those of the user's opencode. */
export type FindConnection = (provider: string) => Connection | undefined
