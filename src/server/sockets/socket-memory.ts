import type { ClientResponses, FollowedRequest } from '../response-store.ts'

/** A client goes on with the last response; few look further back. */
const MAX_KEPT = 4

/**
 * What a socket keeps as long as it is open: the responses that are not to be stored, as the next turn brings only what
 * is new.
 */
export class SocketMemory {
  readonly #own: ClientResponses
  /** The oldest first. */
  readonly #ids: string[] = []

  /** @param own what is kept for this socket alone */
  constructor(own: ClientResponses) {
    this.#own = own
  }

  /**
   * Follows one turn here, beside where its request is followed.
   * @param stored whether the client wants its response stored
   */
  follow(followed: FollowedRequest, stored: boolean): FollowedRequest {
    // The request itself is ended with its socket, and by what is known of it where it is stored.
    const own = this.#own.follow(() => {})
    const { begin, end, discard } = stored ? followed : own
    return {
      keepsAll: true,
      find: (id) => own.find(id) ?? followed.find(id),
      findItem: (id) => own.findItem(id) ?? followed.findItem(id),
      begin,
      end: (response, output) => {
        end(response, output)
        if (!stored) this.#forgetAllBut(response.id)
      },
      discard,
    }
  }

  /** Forgets all of it. */
  clear(): void {
    for (const id of this.#ids.splice(0)) this.#own.delete(id)
  }

  #forgetAllBut(newest: string): void {
    this.#ids.push(newest)
    for (const id of this.#ids.splice(0, this.#ids.length - MAX_KEPT)) this.#own.delete(id)
  }
}
