import type { Limits } from '../core/limits.ts'

/** Who asks, as far as it was proven. What belongs to one is never seen by another. */
export interface Client {
  /** Stays the same as long as the client proves itself in the same way; holds no credential. */
  id: string
  /** `open` where the daemon asks for no proof: then clients are told apart by what they send all the same. */
  kind: 'key' | 'password' | 'token' | 'open'
  /** What people call it, where somebody gave it a name. */
  name?: string
  /** Of the key by that name. */
  limits?: Limits
}

/** What the books call who asked; empty where nobody did. */
export function keyOf(client: Client | undefined): string {
  return client === undefined ? '' : (client.name ?? client.id)
}
