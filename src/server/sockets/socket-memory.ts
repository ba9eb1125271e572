import type { KeptResponse } from '../../protocols/responses/memory.ts'
import type { FollowedRequest } from '../response-store.ts'

/** A client goes on with the last response; few look further back. */
const MAX_KEPT = 4

/**
 * What a socket keeps of its responses as long as it is open, also of those that are not to be stored: the next turn
 * brings only what is new.
 */
export class SocketMemory {
  /** The oldest first. */
  readonly #kept = new Map<string, KeptResponse>()

  /**
   * Remembers one turn here, beside where its request is followed.
   * @param turn whether the client wants the response stored, and whether no model is asked for it
   */
  follow(followed: FollowedRequest, { stored, prepares }: { stored: boolean; prepares: boolean }): FollowedRequest {
    let begun: KeptResponse | undefined
    return {
      keepsAll: true,
      prepares,
      find: (id) => this.#kept.get(id) ?? followed.find(id),
      findItem: (id) => this.#findItem(id) ?? followed.findItem(id),
      begin: (kept) => {
        begun = kept
        if (stored) followed.begin(kept)
      },
      end: (response, output) => {
        if (stored) followed.end(response, output)
        if (begun) this.#keep({ ...begun, response, ...(output && { output }) })
      },
      discard: () => followed.discard(),
    }
  }

  #keep(kept: KeptResponse): void {
    this.#kept.set(kept.response.id, kept)
    const [oldest] = this.#kept.keys()
    if (this.#kept.size > MAX_KEPT && oldest !== undefined) this.#kept.delete(oldest)
  }

  #findItem(id: string): ReturnType<FollowedRequest['findItem']> {
    const items = [...this.#kept.values()].flatMap(({ input, output, response }) => [...input, ...(output ?? response.output)])
    return items.find((item) => item.id === id)
  }
}
