export type Json = Record<string, unknown>

/** Without the fields whose value is undefined. */
export function defined(object: Json): Json {
  return Object.fromEntries(Object.entries(object).filter(([, value]) => value !== undefined))
}
