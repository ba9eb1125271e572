import type { z } from 'zod'
import { TO_FIRST_ISSUE } from '../first-issue.ts'
import { invalidRequest, type Issue } from '../invalid-request.ts'
import { faultsIn, type Tolerance } from '../read-body.ts'

/**
 * Checks a part of a request against a schema that depends on its type.
 * @param path where the part is in `body`
 * @throws BridgeError 400 that names the field within the request
 */
export function parseAt<T>(schema: z.ZodType<T>, value: unknown, path: readonly PropertyKey[], body: unknown): T {
  const parsed = schema.safeParse(value, TO_FIRST_ISSUE)
  if (parsed.success) return parsed.data
  throw invalidRequest(placed(parsed.error.issues, path), body)
}

/**
 * The same for what a provider of the format may know better.
 * @returns undefined for a part that holds what is unknown
 * @throws BridgeError 400 for a fault that every provider would find
 */
export function parseKnownAt<T>(schema: z.ZodType<T>, value: unknown, path: readonly PropertyKey[], body: unknown, tolerance: Tolerance): T | undefined {
  const parsed = schema.safeParse(value, TO_FIRST_ISSUE)
  if (parsed.success) return parsed.data
  const faults = faultsIn(schema, value, parsed.error.issues, tolerance)
  if (faults.length > 0) throw invalidRequest(placed(faults, path), body)
  return undefined
}

function placed(issues: readonly Issue[], path: readonly PropertyKey[]): Issue[] {
  return issues.map((issue) => ({ ...issue, path: [...path, ...issue.path] }))
}
