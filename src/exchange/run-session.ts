import type { Run } from '../generation/adaption.ts'
import type { Engine, LeaseOptions } from '../engines/engine.ts'

/** The session way: each prompt in a session of opencode's. */
export function runSession(engine: Pick<Engine, 'open'>, options: LeaseOptions): Run {
  return async function* (prompt) {
    const lease = await engine.open(prompt.model, options)
    try {
      yield* lease.generate(prompt)
    } finally {
      lease.release()
    }
  }
}
