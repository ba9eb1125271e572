import { isBlank, isRecord, type Json } from './check.ts'
import type { IssuedAnswer, IssuedCall, IssuedThinking } from './ledger.ts'
import { callsOf, thinkingOf } from './ledger.ts'
import { inPieces } from './wire.ts'

/** Whose models stand behind OpenRouter; each wants something else of `reasoning_details` back. */
export type Family = 'anthropic' | 'google' | 'openai'

const FORMATS: Record<Family, string> = { anthropic: 'anthropic-claude-v1', google: 'google-gemini-v1', openai: 'openai-responses-v1' }

export function familyOf(model: string): Family {
  const family = model.split('/')[0]
  return family === 'anthropic' || family === 'google' ? family : 'openai'
}

/** One block of a model's reasoning, as OpenRouter lists it: https://openrouter.ai/docs/use-cases/reasoning-tokens */
export function detailsOf(issued: IssuedAnswer, family: Family): Json[] {
  const format = FORMATS[family]
  const firstCall = callsOf(issued)[0]
  return thinkingOf(issued).flatMap((thinking, index) => blocks(thinking, firstCall, family).map((block) => ({ ...block, format, index })))
}

function blocks({ text, token, redacted, id }: IssuedThinking, firstCall: IssuedCall | undefined, family: Family): Json[] {
  if (family === 'anthropic') return redacted ? [{ type: 'reasoning.encrypted', data: token }] : [{ type: 'reasoning.text', text, signature: token }]
  const shown = text === '' ? [] : [family === 'google' ? { type: 'reasoning.text', text } : { type: 'reasoning.summary', summary: text }]
  // Gemini's signature belongs to the first call of its step, whose id it has.
  return [...shown, { type: 'reasoning.encrypted', data: token, id: family === 'google' ? firstCall?.id : id }]
}

/** The same as they arrive in a stream: text in pieces, the signature alone at the end. */
export function detailDeltas(details: readonly Json[]): Json[] {
  return details.flatMap((detail) => {
    const { text, summary, signature, ...rest } = detail
    const pieces = inPieces(text ?? summary ?? '').map((piece) => ({ ...rest, ...(text === undefined ? { summary: piece } : { text: piece }) }))
    const last = signature === undefined ? [] : [{ ...rest, text: '', signature }]
    return pieces.length + last.length > 0 ? [...pieces, ...last] : [detail]
  })
}

/** Pieces of a stream put together again, as clients may send them back either way. */
export function joined(details: readonly unknown[]): Json[] {
  const blocks: Json[] = []
  for (const detail of details.filter(isRecord)) {
    const last = blocks.at(-1)
    const same =
      last !== undefined && last.type === detail.type && last.index === detail.index && isBlank(last.signature) && detail.type !== 'reasoning.encrypted'
    if (!same) blocks.push({ ...detail })
    else if (detail.type === 'reasoning.summary') last.summary += detail.summary ?? ''
    else Object.assign(last, { text: `${last.text ?? ''}${detail.text ?? ''}`, ...(detail.signature ? { signature: detail.signature } : {}) })
  }
  return blocks
}
