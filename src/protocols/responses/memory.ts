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

/** What keeps responses beyond their request: the format asks it for earlier ones and tells it of new ones. */
export interface ResponseMemory {
  /** Whether it keeps, for itself alone, also what is not to be stored. */
  readonly keepsAll?: boolean
  /** Finds a response that is over. */
  find(id: string): KeptResponse | undefined
  /** Finds an item of any response that is over. */
  findItem(id: string): InputItem | undefined
  /** A response that is to be kept has begun. */
  begin(kept: KeptResponse): void
  /**
   * It is over, in whatever state.
   * @param output with the tokens that the client did not ask for, if there are such
   */
  end(response: JsonResponse, output?: KeptItem[] | undefined): void
}

/** Keeps nothing. */
export const noMemory: ResponseMemory = {
  find: () => undefined,
  findItem: () => undefined,
  begin: () => {},
  end: () => {},
}
