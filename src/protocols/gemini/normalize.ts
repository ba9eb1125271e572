import { isObject } from '../../core/json-value.ts'

/** Fields whose content is the client's own; its keys are nobody's business. */
const OPAQUE: ReadonlySet<string> = new Set(['args', 'response', 'parameters', 'parametersJsonSchema', 'responseSchema', 'responseJsonSchema', 'labels'])

/** Lists that Google's servers take also without brackets when they have one element. */
const LISTS: ReadonlySet<string> = new Set(['contents', 'parts', 'tools', 'functionDeclarations'])

/**
 * Writes the names of all fields as Google's JSON does (`systemInstruction`) where a client took those of the protocol
 * buffers (`system_instruction`), and puts brackets around a lone element of a list. The schema then knows one form.
 */
export function normalize(body: Record<string, unknown>): Record<string, unknown> {
  const result: Record<string, unknown> = {}
  for (const [key, value] of Object.entries(body)) {
    const name = toCamelCase(key)
    if (name !== key && Object.hasOwn(body, name)) continue
    result[name] = normalizeValue(name, value)
  }
  return result
}

/** `allowed_function_names` is `allowedFunctionNames`. */
export function toCamelCase(name: string): string {
  return name.replace(/_+([a-z0-9])/g, (_, letter: string) => letter.toUpperCase())
}

function normalizeValue(name: string, value: unknown): unknown {
  if (OPAQUE.has(name)) return value
  if (Array.isArray(value)) return value.map((element) => (isObject(element) ? normalize(element) : element))
  if (!isObject(value)) return value
  return LISTS.has(name) ? [normalize(value)] : normalize(value)
}
