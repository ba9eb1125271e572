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
  const changed = changeField(message, field, (detail) => restoreDetail(detail, asked))
  if (changed === message || (changed[field] as unknown[]).some(isVendors)) return changed
  const { [field]: _texts, ...rest } = changed
  return rest
}

function restoreDetail(detail: Json, asked: Asked): unknown[] {
  const restored = restore(detail.signature || detail.data, 'details', asked)
  if (restored === undefined) return [detail]
  return restored.foreign ? [] : (parseList(restored.placed.token.value) ?? [])
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
