import type { Json } from '../check.ts'
import { callsOf, type IssuedAnswer, type IssuedThinking, textOf, thinkingOf } from '../ledger.ts'
import type { Owner } from '../tokens.ts'
import type { WireContext } from '../wire.ts'
import type { StoredItems } from './responses-store.ts'
import { openAiRefusal } from './errors.ts'

export interface ItemChecking {
  vendor: string
  owner: Owner
  context: WireContext
  store: StoredItems
  looksAtIds: boolean
}

/**
 * Checks reasoning items and those they led to. Items with ids belong together, whether stored or not: neither half comes
 * without the other. Without ids a call may come alone; the model has lost its reasoning then.
 */
export function checkReasoningItems(items: readonly Json[], checking: ItemChecking): void {
  const { vendor, looksAtIds } = checking
  const turn = items.findLastIndex(({ type, role }) => type === 'message' && role === 'user')
  items.forEach((item, index) => {
    if (item.type === 'reasoning') checkReasoning(item, items[index + 1], checking)
  })
  for (const answer of answersIn(items, checking)) {
    const lost = thinkingOf(answer.issued).find((thinking) => !leads(thinking, answer.issued, items))
    if (!lost) continue
    const named = looksAtIds && items.find(({ id }) => id !== undefined && answer.ids.has(id))
    if (named)
      throw openAiRefusal(
        `${vendor}/reasoning-missing`,
        `Item '${named.id}' of type '${named.type}' was provided without its required 'reasoning' item: '${lost.id}'.`,
        { param: 'input' },
      )
    checking.context.lose(`${vendor}/reasoning-lost`, `${answer.what} came back without its reasoning item`, answer.first > turn ? 'current' : 'earlier')
  }
}

function checkReasoning({ id, encrypted_content: token }: Json, next: Json | undefined, { vendor, owner, context, store }: ItemChecking): void {
  if (typeof token === 'string') {
    const fault = context.check(token, owner, { kind: 'reasoning', content: '' })
    if (fault !== undefined) {
      const why =
        fault === 'foreign' ? 'Encrypted content was created by another model or organization.' : 'Encrypted content could not be decrypted or parsed.'
      throw openAiRefusal(`${vendor}/${fault}-token`, `The encrypted content ${token.slice(0, 4)}...${token.slice(-4)} could not be verified. Reason: ${why}`, {
        code: 'invalid_encrypted_content',
      })
    }
  } else if (id === undefined || !store.has(id)) {
    throw notFound(vendor, id)
  }
  const follows = next !== undefined && (next.type === 'reasoning' || next.type.endsWith('_call') || (next.type === 'message' && next.role === 'assistant'))
  if (!follows)
    throw openAiRefusal(`${vendor}/reasoning-alone`, `Item '${id}' of type 'reasoning' was provided without its required following item.`, { param: 'input' })
}

/** What is not stored cannot be named. */
export function notFound(vendor: string, id: unknown) {
  const message = `Item with id '${id}' not found. Items are not persisted when \`store\` is set to false. Try again with \`store\` set to true, or remove this item from your input.`
  return openAiRefusal(`${vendor}/item-not-found`, message, { status: 404, param: 'input' })
}

interface FoundAnswer {
  issued: IssuedAnswer
  /** Ids of its items that are no reasoning. */
  ids: ReadonlySet<string>
  /** The index of its first item that is none. */
  first: number
  what: string
}

/** The answers of this model that the input holds, found by their calls or by their text. */
function answersIn(items: readonly Json[], { owner, context }: ItemChecking): FoundAnswer[] {
  const found: FoundAnswer[] = []
  for (let index = 0; index < items.length; index++) {
    if (!isAnswer(items[index]!)) continue
    const group = items.slice(index)
    const end = group.findIndex((item) => !isAnswer(item) && item.type !== 'reasoning')
    const answer = group.slice(0, end === -1 ? group.length : end)
    const ids = answer.flatMap((item) => (item.type === 'function_call' ? [item.call_id as string] : []))
    const candidates = ids.length > 0 ? context.answersWithCalls(owner, ids) : context.answersWithText(owner, answer.map(textOfItem).join(''))
    const issued = candidates.find((candidate) => thinkingOf(candidate).every((thinking) => items.some((item) => isSame(item, thinking)))) ?? candidates[0]
    if (issued) found.push({ issued, ids: idsOf(issued), first: index, what: ids[0] ?? textOf(issued) })
    index += answer.length - 1
  }
  return found
}

function isAnswer({ type, role }: Json): boolean {
  return type === 'function_call' || (type === 'message' && role === 'assistant')
}

function textOfItem({ type, content }: Json): string {
  if (type !== 'message') return ''
  return typeof content === 'string' ? content : content.map((part: Json) => part.text ?? '').join('')
}

function idsOf(issued: IssuedAnswer): ReadonlySet<string> {
  const texts = issued.pieces.flatMap((piece) => (piece.type === 'text' && piece.id !== undefined ? [piece.id] : []))
  return new Set([...texts, ...callsOf(issued).flatMap(({ itemId }) => itemId ?? [])])
}

/** Whether the reasoning is there, before what it led to. */
function leads(thinking: IssuedThinking, { pieces }: IssuedAnswer, items: readonly Json[]): boolean {
  const at = items.findIndex((item) => isSame(item, thinking))
  const next = pieces.slice(pieces.indexOf(thinking)).find(({ type }) => type !== 'thinking')
  if (at === -1 || next?.type !== 'call') return at !== -1
  return at < items.findIndex(({ type, call_id }) => type === 'function_call' && call_id === next.id)
}

function isSame(item: Json, { id, token }: IssuedThinking): boolean {
  return item.type === 'reasoning' && (item.encrypted_content === token || (item.id !== undefined && item.id === id))
}
