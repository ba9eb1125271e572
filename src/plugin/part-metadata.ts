import { parseObject } from '../core/json-text.ts'
import type { AssistantPart } from '../core/prompt.ts'
import type { PartMetadata } from './contract.ts'

/**
 * What opencode kept with a part, if the same model made it: another's provider would refuse it.
 * @param model `provider/model` that is asked
 */
export function metadataOf({ token }: AssistantPart, model: string): PartMetadata | undefined {
  if (token?.kind !== 'metadata' || token.origin !== model) return undefined
  return parseObject(token.value) as PartMetadata | undefined
}
