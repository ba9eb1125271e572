import { timingSafeEqual } from 'node:crypto'
import { z } from 'zod'
import { createChallenge, PROOF_PATH, proofOf } from '../../server/instance-proof.ts'
import { getSmallAnswer } from './small-answer.ts'
import type { DaemonState } from './state-file.ts'

const answerSchema = z.object({ proof: z.string() })

/**
 * Whether the program at the address of a state file is the daemon that wrote it. Nothing but a random number is sent;
 * any other program on the port would be handed keys and prompts.
 */
export async function isProven({ url, secret }: Pick<DaemonState, 'url' | 'secret'>): Promise<boolean> {
  const challenge = createChallenge()
  try {
    const { body, end } = await getSmallAnswer(`${url}${PROOF_PATH}?challenge=${challenge}`)
    const given = Buffer.from(answerSchema.parse(body).proof)
    const expected = Buffer.from(proofOf(secret, challenge, end))
    return given.length === expected.length && timingSafeEqual(given, expected)
  } catch {
    return false
  }
}
