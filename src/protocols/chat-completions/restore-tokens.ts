import { parseJson } from '../../core/json-text.ts'
import { changeField, changesOf, restore } from '../restore-tokens.ts'

type Json = Record<string, unknown>

/** Items of another model's are left out, and those that the bridge made of its texts with them. */
export function restoreTokens(body: Json, model: string): Json {
  return changesOf(body, 'messages', (message) => [restoreDetails(message, model)])
}

function restoreDetails(message: Json, model: string): Json {
  const field = 'reasoning_details'
  const changed = changeField(message, field, (detail) => restoreDetail(detail, model))
  if (changed === message || (changed[field] as unknown[]).some(isVendors)) return changed
  const { [field]: _texts, ...rest } = changed
  return rest
}

function restoreDetail(detail: Json, model: string): unknown[] {
  const restored = restore(detail.signature || detail.data, 'details', model)
  if (restored === undefined) return [detail]
  return restored.foreign ? [] : parseList(restored.placed.token.value)
}

function isVendors(detail: unknown): boolean {
  const { signature, data } = detail as Json
  return Boolean(signature || data)
}

function parseList(value: string): unknown[] {
  try {
    const list = parseJson(value)
    return Array.isArray(list) ? list : []
  } catch {
    return []
  }
}
