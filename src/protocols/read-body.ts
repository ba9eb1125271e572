import type { z } from 'zod'
import { TO_FIRST_ISSUE } from './first-issue.ts'
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

/** Values of a body that is looked through to its end where something in it is unknown; one may have as many complaints. */
const MAX_OPEN_VALUES = 50_000

/** @throws BridgeError 400 with `param` for a wrong type, a missing field, a number out of its range */
export function readBody<T>(schema: z.ZodType<T>, body: unknown): ReadBody<T> {
  const parsed = schema.safeParse(body, TO_FIRST_ISSUE)
  if (parsed.success) return { known: parsed.data, strict: () => parsed.data }
  const { issues }: { issues: Issue[] } = parsed.error
  const faults = faultsIn(schema, body, issues, new Tolerance(body))
  if (faults.length > 0) throw invalidRequest(faults, body)
  return {
    known: body as T,
    strict: () => {
      throw invalidRequest(issues, body)
    },
  }
}

/**
 * The same without tolerance for what is unknown.
 * @throws BridgeError 400 with `param`
 */
export function parseBody<T>(schema: z.ZodType<T>, body: unknown): T {
  const parsed = schema.safeParse(body, TO_FIRST_ISSUE)
  if (parsed.success) return parsed.data
  throw invalidRequest(parsed.error.issues, body)
}

/**
 * What of a value's complaints no provider can be meant to take.
 * @param first the complaints up to the first
 */
export function faultsIn(schema: z.ZodType, value: unknown, first: Issue[], tolerance: Tolerance): Issue[] {
  const faults = typeFaults(first, value)
  if (faults.length > 0) return faults
  return tolerance.ends ? first : typeFaults(schema.safeParse(value).error!.issues, value)
}

/** Of what is unknown in a body. */
export class Tolerance {
  readonly #body: unknown
  #ends: boolean | undefined

  constructor(body: unknown) {
    this.#body = body
  }

  /** Whether it has too many values to be looked through for faults behind what is unknown. */
  get ends(): boolean {
    return (this.#ends ??= isLarge(this.#body))
  }
}

function isLarge(body: unknown): boolean {
  const open = [body]
  for (let seen = 0; open.length > 0; seen++) {
    const value = open.pop()
    if (seen + open.length > MAX_OPEN_VALUES) return true
    if (typeof value === 'object' && value !== null) for (const inner of Object.values(value)) open.push(inner)
  }
  return false
}
