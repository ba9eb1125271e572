import { z } from 'zod'
import type { Token, TokenKind } from '../core/prompt.ts'
import { isWrapped, unwrapJson, wrapJson } from './envelope.ts'
import { TO_FIRST_ISSUE } from './first-issue.ts'
import { withoutAbsent } from './without-absent.ts'

/**
 * What a provider's token becomes in another vendor's field: an envelope that says by itself which token it is, of which
 * model, and of which part.
 */

/** The part that a token belongs to. */
export type TokenPlace =
  /**
   * `text` is what was thought, where the client gets the token without it and the provider wants both. `length` is that of
   * the text, where clients may join it with others.
   */
  { part: 'reasoning'; text?: string; length?: number } | { part: 'text' } | { part: 'tool-call'; id: string }

export interface PlacedToken {
  token: Token
  place: TokenPlace
}

const KINDS = ['signature', 'redacted', 'thought-signature', 'encrypted', 'details', 'opaque', 'metadata'] as const satisfies readonly TokenKind[]

const payload = z.object({
  kind: z.enum(KINDS),
  value: z.string(),
  id: z.string().optional(),
  origin: z.string().optional(),
  /** Absent for reasoning. */
  part: z.enum(['text', 'tool-call']).optional(),
  /** The id of the call. */
  call: z.string().optional(),
  text: z.string().optional(),
  length: z.number().int().min(0).optional(),
})

type Payload = z.output<typeof payload>

/** Of several tokens in one envelope. */
const payloads = z.array(payload).min(1)

export function wrapToken(token: Token, place: TokenPlace = { part: 'reasoning' }): string {
  return wrapJson(toPayload({ token, place }))
}

/** Several tokens for one field, at least one. */
export function wrapTokens(placed: readonly PlacedToken[]): string {
  return wrapJson(placed.length === 1 ? toPayload(placed[0]!) : placed.map(toPayload))
}

/** The token in a text; undefined for what is none, or was damaged. */
export function unwrapToken(text: string): Token | undefined {
  return unwrapPlaced(text)?.token
}

/** The same with the part that it belongs to. */
export function unwrapPlaced(text: string): PlacedToken | undefined {
  return unwrapTokens(text)[0]
}

/** All that are in a text. Only what `wrapTokens` can have written counts. */
export function unwrapTokens(text: string): PlacedToken[] {
  const read = payloads.safeParse([unwrapJson(text)].flat(), TO_FIRST_ISSUE)
  const placed = read.success ? read.data.map(fromPayload) : []
  return placed.every((one) => one !== undefined) ? placed : []
}

/**
 * What a client sent back in a field for tokens of one kind: a wrapped one, or a vendor's own, whose model is unknown.
 * Nothing for an empty field and for a wrapped one that was damaged.
 */
export function readToken(text: string | null | undefined, kind: TokenKind): PlacedToken | undefined {
  if (!text) return undefined
  return isWrapped(text) ? unwrapPlaced(text) : { token: { kind, value: text }, place: { part: 'reasoning' } }
}

/** A token for a field of one kind: as it is where it is of that kind and has nothing to say beside it, else wrapped. */
export function writeToken(token: Token, kind: TokenKind, place?: TokenPlace): string {
  const hasText = place?.part === 'reasoning' && place.text !== undefined
  return token.kind === kind && !isWrapped(token.value) && !hasText ? token.value : wrapToken(token, place)
}

/** The place of a token whose text the client is not shown; it goes along where the token vouches for it. */
export function hiddenThought({ kind }: Token, text: string): TokenPlace {
  const vouches = kind === 'signature' || kind === 'opaque' || kind === 'metadata'
  return { part: 'reasoning', ...(vouches && text !== '' && { text }) }
}

function toPayload({ token: { kind, value, id, origin }, place }: PlacedToken): Payload {
  return { kind, value, id, origin, ...fieldsOf(place) }
}

function fromPayload({ kind, value, id, origin, ...fields }: Payload): PlacedToken | undefined {
  const place = placeOf(fields)
  return place && { token: withoutAbsent<Token>({ kind, value, id, origin }), place }
}

type PlaceFields = Pick<Payload, 'part' | 'call' | 'text' | 'length'>

function fieldsOf(place: TokenPlace): PlaceFields {
  if (place.part === 'reasoning') return { text: place.text, length: place.length }
  return { part: place.part, call: place.part === 'tool-call' ? place.id : undefined }
}

function placeOf({ part, call, text, length }: PlaceFields): TokenPlace | undefined {
  if (part === undefined) return withoutAbsent<TokenPlace>({ part: 'reasoning', text, length })
  if (part === 'text') return { part }
  return call === undefined ? undefined : { part, id: call }
}
