import { isForeignBlock } from '../foreign-blocks.ts'
import { invalidValue } from '../invalid-value.ts'
import { type ForeignItem, itemSchemas } from './item-schema.ts'

/**
 * Calls of tools that clients run and that OpenAI trained its own models on. No other model knows them, but what was done
 * and what came of it belongs to the conversation.
 */
const TOLD = /^(local_shell|shell|apply_patch)_call(_output)?$/

/** Whether an item is none that a client and a model make between them: a search for tools may also be a host's. */
export function isForeign(type: string, raw: Record<string, unknown>): boolean {
  return !Object.hasOwn(itemSchemas, type) || isHostedSearch(type, raw)
}

/** @throws BridgeError 400 for an item of a type that nobody knows */
export function checkForeign(type: string, raw: Record<string, unknown>, param: string): void {
  if (TOLD.test(type) || isForeignBlock(type) || isHostedSearch(type, raw)) return
  throw invalidValue(`${param}.type`, 'the bridge knows no items of this type')
}

/** The item as a text, or undefined for one that is left out. */
export function foreignText({ value }: ForeignItem): string | undefined {
  if (!TOLD.test(value.type)) return undefined
  const { type, id: _id, status: _status, ...fields } = value
  return `${type}: ${JSON.stringify(fields)}`
}

/** Whether the item came from the client and not from the model. */
export function isOutputOfForeign({ value }: ForeignItem): boolean {
  return value.type.endsWith('_output')
}

function isHostedSearch(type: string, { execution }: Record<string, unknown>): boolean {
  return type.startsWith('tool_search_') && execution !== 'client'
}
