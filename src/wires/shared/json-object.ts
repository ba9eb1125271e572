/** What stands for arguments that are no JSON object, in the wrapper that Anthropic advises. */
const WRAPPER = 'INVALID_JSON'

/** The arguments of a call for a format whose arguments are an object; any other text is wrapped, whole. */
export function toArguments(text: string): Record<string, unknown> {
  if (text.trim() === '') return {}
  return parseObject(text) ?? { [WRAPPER]: text }
}

/** The object that a JSON text is, or undefined when it is none. */
export function parseObject(text: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(text)
    return isObject(value) ? value : undefined
  } catch {
    return undefined
  }
}

export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
