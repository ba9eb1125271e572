import { type ConfigKey, type Field, fieldsAt, fieldsWithin } from './fields.ts'

const HIDDEN = '(secret)'

/** A value as an error may show it: shortened, and never a secret. */
export function showValue(path: readonly [ConfigKey, ...PropertyKey[]], value: unknown): string {
  const shown = withoutSecrets(path, value)
  if (shown === HIDDEN) return 'the value (not shown, it is secret)'
  const text = toText(shown)
  return text.length > 80 ? `${text.slice(0, 79)}…` : text
}

/** A value as it may be shown, with a sign in the place of each secret. */
export function withoutSecrets(path: readonly [ConfigKey, ...PropertyKey[]], value: unknown): unknown {
  const [key, ...inner] = path
  const above = inner.map((_name, depth) => fieldsAt([key, ...inner.slice(0, depth)])).flat()
  return above.some(({ secret }) => secret) ? HIDDEN : hide(fieldsAt(path), value)
}

/** The same, of what is known of the value. */
export function hide(fields: readonly Field[], value: unknown): unknown {
  if (fields.some(({ secret }) => secret)) return HIDDEN
  // Nothing is known of it, and it may be as deep as it likes.
  if (fields.length === 0) return value
  if (Array.isArray(value)) return value.map((part, index) => hidePart(fields, index, part))
  if (typeof value === 'object' && value !== null) {
    return Object.fromEntries(Object.entries(value).map(([name, part]) => [name, hidePart(fields, name, part)]))
  }
  // Somebody may have written the secret itself where its block belongs.
  return fields.some(holdsSecrets) ? HIDDEN : value
}

/** What does not belong there may be a secret whose name is misspelled. */
function hidePart(fields: readonly Field[], name: PropertyKey, part: unknown): unknown {
  const within = fieldsWithin(fields, name)
  return within.length === 0 && fields.some(holdsSecrets) ? HIDDEN : hide(within, part)
}

function holdsSecrets({ secret, items, properties = {}, additionalProperties, anyOf = [], oneOf = [] }: Field): boolean {
  const parts = [items, additionalProperties, ...Object.values(properties), ...anyOf, ...oneOf]
  return secret === true || parts.some((part) => part && holdsSecrets(part))
}

function toText(value: unknown): string {
  try {
    return JSON.stringify(value) ?? String(value)
  } catch {
    // Too deep, or in circles.
    return 'the value'
  }
}
