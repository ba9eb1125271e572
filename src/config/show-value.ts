import { secretKeys } from './schema.ts'
import type { ConfigKey } from './fields.ts'

/** A value as an error may show it: shortened, and never a secret. */
export function showValue(key: ConfigKey, value: unknown): string {
  if (secretKeys.has(key)) return 'the value (not shown, it is secret)'
  const text = toText(value)
  return text.length > 80 ? `${text.slice(0, 79)}…` : text
}

function toText(value: unknown): string {
  try {
    return JSON.stringify(value) ?? String(value)
  } catch {
    // Too deep, or in circles.
    return 'the value'
  }
}
