import type { Model } from '../core/model.ts'

/** What of a model counts for a limit. */
export type AskedModel = Pick<Model, 'id' | 'provider' | 'maxOutputTokens'>

/** What a request may take at most. */
export interface Asked {
  /** How many answers are wanted. */
  choices: number
  /** Tokens; an estimate. */
  input: number
  /** The most tokens of each answer, where the client has said. */
  output: number | undefined
}

/** What somebody may ask, for whoever lets requests in. */
export interface Permit {
  /** @throws BridgeError for a model that is not among those that may be asked */
  check(model: string): void
  /**
   * Counts the request, before anything is asked.
   * @param models those that may be asked, at least one
   * @param asked is called only where that matters: it takes time
   * @returns whether there is a limit that it is counted for
   * @throws BridgeError for one that is over a limit
   */
  admit(models: readonly AskedModel[], asked: () => Asked): Promise<boolean>
}
