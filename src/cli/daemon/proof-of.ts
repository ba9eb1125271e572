import { ownProof } from '../../access/own-proof.ts'
import type { Config } from '../../config/schema.ts'

/** What this command proves itself to the daemon with. @throws BridgeError `credential_failed` for a source that gives no key */
export async function proofOf(config: Config): Promise<string | undefined> {
  if (config.apiKeySources.length === 0) return ownProof(config)
  // Late: most have no such key.
  const { openKeySources } = await import('../../daemon/open-key-sources.ts')
  return ownProof(config, openKeySources(config, { env: process.env, signal: new AbortController().signal }))
}
