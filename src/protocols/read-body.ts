import type { z } from 'zod'
import { invalidRequest, type Issue } from './invalid-request.ts'
import { typeFaults } from './type-faults.ts'

/** A body that has no fault which every provider of its format would find. */
export interface ReadBody<T> {
  /** What the schema knows is as it says, but for kinds and words that are new to it. */
  known: T
  /**
   * All of it as the schema says.
   * @throws BridgeError 400 with `param` for what is unknown
   */
  strict(): T
}

/** @throws BridgeError 400 with `param` for a wrong type, a missing field, a number out of its range */
export function readBody<T>(schema: z.ZodType<T>, body: unknown): ReadBody<T> {
  const parsed = schema.safeParse(body)
  if (parsed.success) return { known: parsed.data, strict: () => parsed.data }
  const { issues }: { issues: Issue[] } = parsed.error
  const faults = typeFaults(issues, body)
  if (faults.length > 0) throw invalidRequest(faults, body)
  return {
    known: body as T,
    strict: () => {
      throw invalidRequest(issues, body)
    },
  }
}
