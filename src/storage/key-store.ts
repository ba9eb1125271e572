import type { Limits } from '../core/limits.ts'

/** A key of a client's, without what it is: only a digest of it is kept. */
export interface StoredKey {
  name: string
  /** Hexadecimal SHA-256 of the key, whose 256 bits nobody guesses. */
  digest: string
  /** Of the key, for people to tell it by. */
  lastFour: string
  /** Unix times in milliseconds. */
  createdAt: number
  expiresAt?: number
  revokedAt?: number
  /** What its holder may use. */
  limits?: Limits
}

/** Keys of clients. Of one name there is at most one that is not revoked. */
export interface KeyStore {
  /** @returns false where a key of this name is in use */
  add(key: StoredKey): Promise<boolean>
  /** The newest first, revoked ones too. */
  list(): Promise<StoredKey[]>
  /** @returns the key, or undefined where none of this name is in use */
  revoke(name: string, at: number): Promise<StoredKey | undefined>
  /** Gives the key other limits, or none. @returns false where none of this name is in use */
  limit(name: string, limits: Limits | undefined): Promise<boolean>
  /** Revokes the key of the same name, and puts this one in its place, with its limits unless it has some. @returns false where there was none */
  replace(key: StoredKey): Promise<boolean>
}
