import { type ForeignItem, itemSchemas } from './item-schema.ts'

/**
 * Calls of tools that OpenAI trained its own models on, and of tools that its servers ran. No other model knows them,
 * but what was done and what came of it belongs to the conversation.
 */
const TOLD = /^(local_shell|shell|apply_patch|web_search|file_search|code_interpreter|mcp|tool_search)_call(_output)?$/

/** Whether an item is none that a client and a model make between them: a search for tools may also be a host's. */
export function isForeign(type: string, { execution }: Record<string, unknown>): boolean {
  return !Object.hasOwn(itemSchemas, type) || (type.startsWith('tool_search_') && execution !== 'client')
}

/** The item as a text, or undefined for one that no text can replace. */
export function foreignText({ value }: ForeignItem): string | undefined {
  if (!TOLD.test(value.type)) return undefined
  const { type, id: _id, status: _status, ...fields } = value
  return `${type}: ${JSON.stringify(fields)}`
}

/** Whether the item came from the client and not from the model. */
export function isOutputOfForeign({ value }: ForeignItem): boolean {
  return value.type.endsWith('_output')
}
