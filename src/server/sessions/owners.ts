import type { SessionBackend } from './backend.ts'

/** Knows which client began which of opencode's sessions. What a session begins itself, as for a subagent, is of the same client. */
export class SessionOwners {
  readonly #backend: SessionBackend
  /** The id of the client, by that of the session. */
  readonly #owners = new Map<string, string>()

  constructor(backend: SessionBackend) {
    this.#backend = backend
  }

  claim(session: string, client: string): void {
    this.#owners.set(session, client)
  }

  async owns(client: string, session: string): Promise<boolean> {
    return (await this.#ownerOf(session)) === client
  }

  async #ownerOf(session: string): Promise<string | undefined> {
    const known = this.#owners.get(session)
    if (known !== undefined) return known
    const response = await this.#backend.fetch(`/session/${encodeURIComponent(session)}`)
    if (!response.ok) return undefined
    const { parentID } = (await response.json()) as { parentID?: string }
    const owner = parentID === undefined ? undefined : await this.#ownerOf(parentID)
    if (owner !== undefined) this.claim(session, owner)
    return owner
  }
}
