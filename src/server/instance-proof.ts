import { createHmac, randomBytes } from 'node:crypto'
import type { H3, H3Event } from 'h3'
import { BridgeError } from '../core/errors.ts'

/**
 * How a daemon shows to its own user's commands that it is the one that wrote the state file: it answers a random
 * challenge with a digest under a secret that only that file holds. Whoever else listens on the port cannot.
 */
export const PROOF_PATH = '/health/proof'

/** One for each start of a daemon. */
export function createSecret(): string {
  return randomBytes(32).toString('base64url')
}

/** What a challenge has to be, so that nobody gets anything else digested. */
export function createChallenge(): string {
  return randomBytes(32).toString('hex')
}

/**
 * The answer to a challenge.
 * @param end where the daemon's end of the connection is; without it a stranger could have the daemon answer for him
 */
export function proofOf(secret: string, challenge: string, end: ConnectionEnd): string {
  // An address of IPv4 on a listener of both families.
  const address = end.address.replace(/^::ffff:/i, '')
  return createHmac('sha256', secret).update(`opencode-bridge instance ${challenge} at ${address} port ${end.port}`).digest('hex')
}

export interface ConnectionEnd {
  address: string
  port: number
}

/** Adds the route that answers challenges. It needs no key: commands ask before they trust anybody with theirs. */
export function answerChallenges(app: H3, secret: string): void {
  app.get(PROOF_PATH, (event) => ({ proof: proofOf(secret, challengeOf(event), endOf(event)) }))
}

function challengeOf({ url }: H3Event): string {
  const challenge = url.searchParams.get('challenge') ?? ''
  if (/^[0-9a-f]{64}$/.test(challenge)) return challenge
  throw new BridgeError('The challenge must be 64 hexadecimal digits.', { code: 'invalid_value', status: 400, param: 'challenge' })
}

function endOf(event: H3Event): ConnectionEnd {
  const { localAddress, localPort } = event.runtime?.node?.req.socket ?? {}
  if (localAddress !== undefined && localPort !== undefined) return { address: localAddress, port: localPort }
  throw new BridgeError('The connection is gone.', { code: 'cancelled', status: 499 })
}
