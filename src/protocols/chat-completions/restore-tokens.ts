import { changeField, changesOf } from '../../core/change-list.ts'
import { parseList } from '../../core/json-text.ts'
import { type Asked, isForeign, restore } from '../restore-tokens.ts'

type Json = Record<string, unknown>

/** Items of another model's are left out, and those that the bridge made of its texts with them. */
export function restoreTokens(body: Json, asked: Asked): Json {
  return changesOf(body, 'messages', (message) => [restoreOpaque(restoreCalls(restoreDetails(message, asked), asked), asked)])
}

function restoreDetails(message: Json, asked: Asked): Json {
  const field = 'reasoning_details'
  const kept: unknown[] = []
  const changed = changeField(message, field, (detail) => {
    const restored = restore(detail.signature || detail.data, 'details', asked)
    if (restored === undefined) return [detail]
    // opencode keeps the whole list with several parts.
    if (!restored.foreign && kept.length === 0) kept.push(...(parseList(restored.placed.token.value) ?? []))
    return []
  })
  // The texts that the bridge told beside it are in the list.
  if (kept.length > 0) return { ...changed, [field]: [...kept, ...(changed[field] as unknown[]).filter(isVendors)] }
  if (changed === message || (changed[field] as unknown[]).some(isVendors)) return changed
  const { [field]: _texts, ...rest } = changed
  return rest
}

/** GitHub Copilot's, with the text that it vouches for. */
function restoreOpaque(message: Json, asked: Asked): Json {
  const { reasoning_opaque: token, reasoning_text: _text, ...rest } = message
  return typeof token === 'string' && isForeign(token, asked) ? rest : message
}

/** The signatures of Gemini's at Google's own server for this format. */
function restoreCalls(message: Json, asked: Asked): Json {
  return changeField(message, 'tool_calls', (call) => {
    const { extra_content: extra, ...rest } = call
    const token = (extra as { google?: { thought_signature?: unknown } } | null | undefined)?.google?.thought_signature
    return [typeof token === 'string' && isForeign(token, asked) ? rest : call]
  })
}

function isVendors(detail: unknown): boolean {
  const { signature, data } = detail as Json
  return Boolean(signature || data)
}
