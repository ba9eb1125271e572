/** What clients can be told by; each is absent where it is not used. */
export interface AccessOptions {
  /** Keys of the database are asked for. */
  managedKeys?: boolean | undefined
  apiKeys: readonly string[]
  /** Where keys are to be had that may change; what reads them is given beside, see `KeySources`. */
  apiKeySources?: readonly unknown[] | undefined
  /** Of Basic authentication; taken for a key as well, since most clients know nothing else. */
  serverPassword?: string | undefined
  /** Of HS256. */
  jwtSecret?: string | undefined
  /** Where the public keys of the issuer are. */
  jwksUrl?: string | undefined
  /** What tokens must say, where set. */
  jwtIssuer?: string | undefined
  jwtAudience?: string | undefined
  /** Accepts tokens that never expire. */
  jwtWithoutExpiry?: boolean | undefined
}

/** Whether the daemon asks its clients for a proof. */
export function needsProof({ managedKeys = false, apiKeys, apiKeySources = [], serverPassword, jwtSecret, jwksUrl }: AccessOptions): boolean {
  return managedKeys || apiKeys.length + apiKeySources.length > 0 || [serverPassword, jwtSecret, jwksUrl].some((secret) => secret !== undefined)
}
