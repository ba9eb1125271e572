import type { InputItem, KeptToken } from './item-schema.ts'
import type { JsonItem, JsonResponse } from './shapes.ts'

export type KeptItem = JsonItem & KeptToken

/** A response, and all that the model was given for it, except its instructions. */
export interface KeptResponse {
  response: JsonResponse
  /** With the conversation before it; each has an id. */
  input: InputItem[]
  /** The response's output, with the tokens that its client did not ask for. */
  output?: KeptItem[]
  /** The same as it was sent to the provider, where that speaks this format. */
  raw?: readonly unknown[]
}

/** What there is of what a request refers to; see `referencesOf`. */
export interface Recalled {
  /** The response that it goes on with. */
  readonly previous?: KeptResponse | undefined
  /** Items of earlier responses, by their ids. */
  readonly items: ReadonlyMap<string, InputItem>
}

/** Hears of the responses that are to be kept beyond their requests. */
export interface ResponseKeeper {
  /** Whether it keeps, for itself alone, also what is not to be stored. */
  readonly keepsAll?: boolean
  /** A response that is to be kept has begun. */
  begin(kept: KeptResponse): void
  /**
   * It is over, in whatever state.
   * @param output with the tokens that the client did not ask for, if there are such
   */
  end(response: JsonResponse, output?: KeptItem[] | undefined): void
}

export const nothingRecalled: Recalled = { items: new Map() }

export const keepsNothing: ResponseKeeper = { begin: () => {}, end: () => {} }
