import type { KeySource } from './key-sources.ts'
import type { AccessOptions } from './options.ts'

/** Seconds; long enough for a command. */
const LIFETIME = 3600

/**
 * What the user's own commands prove themselves to the daemon with, as a bearer: the first of its keys, its password, the
 * key of the first of `sources`, or
 * a token that they sign themselves. Undefined where only a stranger can issue one, or where nothing is asked for.
 */
export async function ownProof(
  { apiKeys, serverPassword, jwtSecret, jwtIssuer, jwtAudience }: AccessOptions,
  sources: readonly KeySource[] = [],
): Promise<string | undefined> {
  const known = apiKeys[0] ?? serverPassword ?? (await sources[0]?.get())
  if (known !== undefined || jwtSecret === undefined) return known
  // Late: it is needed in one of the cases only.
  const { SignJWT } = await import('jose')
  const token = new SignJWT().setProtectedHeader({ alg: 'HS256' }).setSubject('opencode-bridge').setExpirationTime(`${LIFETIME}s`)
  if (jwtIssuer !== undefined) token.setIssuer(jwtIssuer)
  if (jwtAudience !== undefined) token.setAudience(jwtAudience)
  return token.sign(new TextEncoder().encode(jwtSecret))
}
