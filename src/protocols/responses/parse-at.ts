import type { z } from 'zod'
import { invalidRequest } from '../invalid-request.ts'

/**
 * Checks a part of a request against a schema that depends on its type.
 * @param path where the part is in `body`
 * @throws BridgeError 400 that names the field within the request
 */
export function parseAt<T>(schema: z.ZodType<T>, value: unknown, path: readonly PropertyKey[], body: unknown): T {
  const parsed = schema.safeParse(value)
  if (parsed.success) return parsed.data
  throw invalidRequest(
    parsed.error.issues.map((issue) => ({ ...issue, path: [...path, ...issue.path] })),
    body,
  )
}
