export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** Those of a list's elements; none of what is no list. */
export function objectsIn(value: unknown): Record<string, unknown>[] {
  return Array.isArray(value) ? value.filter(isObject) : []
}

/** An object without some fields; the very object where it has none of them. */
export function without(object: Readonly<Record<string, unknown>>, fields: readonly string[]): Readonly<Record<string, unknown>> {
  if (!fields.some((field) => field in object)) return object
  return Object.fromEntries(Object.entries(object).filter(([field]) => !fields.includes(field)))
}
