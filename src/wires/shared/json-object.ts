import { parseObject } from '../../core/json-text.ts'

/** What stands for arguments that are no JSON object, in the wrapper that Anthropic advises. */
const WRAPPER = 'INVALID_JSON'

/** The arguments of a call for a format whose arguments are an object; any other text is wrapped, whole. */
export function toArguments(text: string): Record<string, unknown> {
  if (text.trim() === '') return {}
  return parseObject(text) ?? { [WRAPPER]: text }
}
