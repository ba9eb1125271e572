import type { Owner } from './tokens.ts'

/** A piece as a wire sent it, with its id and its token. */
export type IssuedPiece =
  /** `id` is the item's, of Responses. */
  | { type: 'thinking'; text: string; redacted: boolean; token: string; id?: string }
  | { type: 'text'; text: string; token?: string; id?: string }
  /** `id` is what results name; `itemId` the item's, of Responses. */
  | { type: 'call'; id: string; name: string; arguments: Record<string, unknown>; token?: string; itemId?: string }

export type IssuedCall = Extract<IssuedPiece, { type: 'call' }>
export type IssuedThinking = Extract<IssuedPiece, { type: 'thinking' }>

export interface IssuedAnswer {
  owner: Owner
  pieces: IssuedPiece[]
}

/** What the server answered: so that it notices what a client should have sent back. */
export class Ledger {
  readonly #byCall = new Map<string, IssuedAnswer[]>()
  readonly #byText = new Map<string, IssuedAnswer[]>()

  add(answer: IssuedAnswer): void {
    for (const { id } of callsOf(answer)) push(this.#byCall, id, answer)
    push(this.#byText, textOf(answer), answer)
  }

  forget(): void {
    this.#byCall.clear()
    this.#byText.clear()
  }

  /**
   * Answers of `owner` with exactly these calls, the newest first. Several where a script repeats its ids, so a caller
   * takes what suits any of them.
   */
  withCalls(owner: Owner, ids: readonly string[]): IssuedAnswer[] {
    const found = this.#byCall.get(ids[0] ?? '') ?? []
    return found.filter((answer) => sameOwner(answer.owner, owner) && sameIds(callsOf(answer), ids)).toReversed()
  }

  /** Answers of `owner` with this text and no calls, the newest first. */
  withText(owner: Owner, text: string): IssuedAnswer[] {
    return (this.#byText.get(text) ?? []).filter((answer) => sameOwner(answer.owner, owner) && callsOf(answer).length === 0).toReversed()
  }
}

export function callsOf({ pieces }: Pick<IssuedAnswer, 'pieces'>): IssuedCall[] {
  return pieces.filter((piece) => piece.type === 'call')
}

export function thinkingOf({ pieces }: Pick<IssuedAnswer, 'pieces'>): IssuedThinking[] {
  return pieces.filter((piece) => piece.type === 'thinking')
}

export function textOf({ pieces }: Pick<IssuedAnswer, 'pieces'>): string {
  return pieces.flatMap((piece) => (piece.type === 'text' ? [piece.text] : [])).join('')
}

function sameOwner(a: Owner, b: Owner): boolean {
  return a.provider === b.provider && a.model === b.model
}

function sameIds(calls: readonly IssuedCall[], ids: readonly string[]): boolean {
  return calls.length === ids.length && calls.every(({ id }, index) => id === ids[index])
}

function push(map: Map<string, IssuedAnswer[]>, key: string, answer: IssuedAnswer): void {
  const list = map.get(key)
  if (list) list.push(answer)
  else map.set(key, [answer])
}
