import { reasoningOf } from '../../core/assistant-message.ts'
import { parseList } from '../../core/json-text.ts'
import { objectsIn } from '../../core/json-value.ts'
import type { AssistantMessage, Token } from '../../core/prompt.ts'

/**
 * What a token is known by wherever it comes back: clients and gateways may write lists of tokens anew, but not the
 * tokens in them. None for what never stands in a vendor's own field.
 */
export function namesOf({ kind, value, id }: Token): string[] {
  switch (kind) {
    case 'details':
      return objectsIn(parseList(value)).flatMap(
        ({ signature, data }) => [signature, data].filter((text) => typeof text === 'string' && text !== '') as string[],
      )
    case 'encrypted':
      return [value || (id ?? '')].filter(Boolean)
    case 'metadata':
      return []
    default:
      return [value]
  }
}

/** What the thoughts of an answer are known by that have no token, as most open models' have none. */
export function nameOfThoughts(message: AssistantMessage): string[] {
  const text = reasoningOf(message)
  return text === '' || message.parts.some(({ token }) => token !== undefined) ? [] : [`thoughts ${text}`]
}
