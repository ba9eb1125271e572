import { changeField, changesOf } from '../../core/change-list.ts'
import { type Asked, restore } from '../restore-tokens.ts'

type Json = Record<string, unknown>

/** For calls that no Gemini model made: https://ai.google.dev/gemini-api/docs/thought-signatures */
const PLACEHOLDER = 'skip_thought_signature_validator'

/** Signatures of another model's are left out, and so is what is nothing without them. */
export function restoreTokens(body: Json, asked: Asked): Json {
  return changesOf(body, 'contents', (content) => {
    const changed = changeField(content, 'parts', (part) => restorePart(part, asked))
    return changed !== content && (changed.parts as unknown[]).length === 0 ? [] : [changed]
  })
}

function restorePart(part: Json, asked: Asked): Json[] {
  const field = 'thoughtSignature' in part ? 'thoughtSignature' : 'thought_signature'
  const restored = restore(part[field], 'thought-signature', asked)
  if (restored === undefined) return [part]
  if (!restored.foreign) return [{ ...part, [field]: restored.placed.token.value }]
  if ('functionCall' in part || 'function_call' in part) return [{ ...part, [field]: PLACEHOLDER }]
  const { [field]: _foreign, ...rest } = part
  return rest.text === '' ? [] : [rest]
}
