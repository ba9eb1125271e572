import { canonicalJson, isBlank, type Json } from '../check.ts'
import { callsOf, type IssuedAnswer, type IssuedPiece, textOf } from '../ledger.ts'
import type { Owner, Subject } from '../tokens.ts'
import type { WireContext } from '../wire.ts'
import type { CheckedContent } from './contents.ts'
import { geminiRefusal } from './errors.ts'

/** For calls that no Gemini model made: https://ai.google.dev/gemini-api/docs/thought-signatures */
const PLACEHOLDERS = new Set(['skip_thought_signature_validator', 'context_engineering_is_the_way_to_go'])

/** Models before 3 sign, but demand nothing. */
export function demandsSignatures(model: string): boolean {
  return !/gemini-[12]/.test(model)
}

/** What a signature on this part vouches for. */
export function subjectOf(part: Json): Subject {
  if (part.functionCall) return { kind: 'function-call', content: canonicalJson([part.functionCall.name, part.functionCall.args ?? {}]) }
  return { kind: part.thought === true ? 'thought' : 'text', content: '' }
}

/**
 * Every signature that comes back is one that this model gave, on the part that it gave it on; the first call of every step
 * of the current turn has one. Elsewhere a lost one is only a loss.
 */
export function checkSignatures(contents: readonly CheckedContent[], owner: Owner, context: WireContext): void {
  const start = contents.findLastIndex(({ role, parts }) => role === 'user' && !parts.every((part) => part.functionResponse))
  contents.forEach(({ role, parts }, index) => {
    const good = parts.filter((part, at) => isGood(part, `contents[${index}].parts[${at}]`, owner, context))
    if (role !== 'model') return
    const turn = index > start ? 'current' : 'earlier'
    const first = parts.find((part) => part.functionCall)
    if (first && turn === 'current' && isBlank(first.thoughtSignature) && demandsSignatures(owner.model)) throw missing(first.functionCall.name, index)
    const lost = lostParts(parts, good, owner, context)
    if (lost > 0) context.lose('gemini/signature-lost', `contents[${index}] came back without ${lost} of its signatures`, turn)
  })
}

function isGood(part: Json, at: string, owner: Owner, context: WireContext): boolean {
  const signature = part.thoughtSignature
  if (isBlank(signature) || PLACEHOLDERS.has(signature)) return false
  const fault = context.check(signature, owner, subjectOf(part))
  if (fault !== undefined)
    throw geminiRefusal(`${fault}-token`, fault === 'unknown' ? 'Corrupted thought signature.' : `Thought signature is not valid at ${at}.`)
  return true
}

/** How many signed parts of the answer that these parts were are not there, signed. */
function lostParts(parts: readonly Json[], good: readonly Json[], owner: Owner, context: WireContext): number {
  const known = answersOf(parts, owner, context)
  if (known.length === 0) return 0
  const given = new Set(good.map(({ thoughtSignature }) => thoughtSignature as string))
  return Math.min(...known.map(({ pieces }) => tokensOf(pieces).filter((token) => !given.has(token)).length))
}

/** Answers with the same calls, by id where the client kept them, else by name and arguments; or with the same text. */
function answersOf(parts: readonly Json[], owner: Owner, context: WireContext): IssuedAnswer[] {
  const calls = parts.flatMap((part) => (part.functionCall ? [part.functionCall] : []))
  if (calls.length > 0)
    return context.answersWithCalls(
      owner,
      calls.map((call) => callKey(call.name, call.args ?? {})),
    )
  return context.answersWithText(owner, parts.map((part) => (part.thought === true ? '' : (part.text ?? ''))).join(''))
}

/** Ids are optional with Gemini, so the ledger knows its calls by what they are. */
export function callKey(name: string, args: unknown): string {
  return canonicalJson([name, args])
}

function tokensOf(pieces: readonly IssuedPiece[]): string[] {
  return pieces.flatMap((piece) => (piece.type !== 'thinking' && piece.token !== undefined ? [piece.token] : []))
}

/** An answer as the ledger keeps it: its calls by what they are. */
export function keyed(issued: IssuedAnswer): IssuedAnswer {
  return { ...issued, pieces: issued.pieces.map((piece) => (piece.type === 'call' ? { ...piece, id: callKey(piece.name, piece.arguments) } : piece)) }
}

/** Signs what Gemini signs: the first call of an answer, else its last text, and texts that a script wants signed. */
export function sign(issued: IssuedAnswer, wantsSigned: ReadonlySet<number>, context: WireContext): IssuedAnswer {
  const firstCall = issued.pieces.indexOf(callsOf(issued)[0]!)
  const lastText = textOf(issued) === '' || firstCall !== -1 || wantsSigned.size > 0 ? -1 : issued.pieces.findLastIndex(({ type }) => type === 'text')
  const pieces = issued.pieces.map((piece, index): IssuedPiece => {
    if (piece.type === 'call' && index === firstCall)
      return { ...piece, token: context.mint(issued.owner, subjectOf({ functionCall: { name: piece.name, args: piece.arguments } })) }
    if (piece.type === 'text' && (index === lastText || wantsSigned.has(index)))
      return { ...piece, token: context.mint(issued.owner, subjectOf({ text: piece.text })) }
    return piece
  })
  return { ...issued, pieces }
}

function missing(name: string, index: number) {
  return geminiRefusal(
    'signature-missing',
    `Function call is missing a thought_signature in functionCall parts. This is required for tools to work correctly, and missing thought_signature may lead to degraded model performance. Additional data, function call \`default_api:${name}\` , position ${index + 1}. Please refer to https://ai.google.dev/gemini-api/docs/thought-signatures for more details.`,
  )
}
