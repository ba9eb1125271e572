import { asKind } from '../core/kept-token.ts'
import { ownToken } from '../core/own-token.ts'
import type { AssistantPart, Message, Token } from '../core/prompt.ts'

type Json = Record<string, any>

/** A reasoning item of OpenAI's, and the part that it led to. */
interface Thought {
  item: { type: 'reasoning'; summary: object[]; encrypted_content: string }
  next: AssistantPart
}

/**
 * The items of a call to OpenAI's Responses with the reasoning that an SDK left out: opencode's own for GitHub Copilot
 * does, which knows it by ids that nothing is stored under.
 * @param model `provider/model` that is asked
 */
export function withReasoning(input: readonly Json[], messages: readonly Message[], model: string): Json[] {
  const items = [...input]
  // An id may come again in a later turn.
  let from = 0
  for (const { item, next } of messages.flatMap((message) => (message.role === 'assistant' ? thoughtsOf(message.parts, model) : []))) {
    if (items.some(({ encrypted_content: content }) => content === item.encrypted_content)) continue
    const index = items.findIndex((one, at) => at >= from && isFrom(one, next))
    if (index < 0) continue
    items.splice(index, 0, item)
    from = index + 2
  }
  return items
}

/** Texts of one item have its content in common. */
function thoughtsOf(parts: readonly AssistantPart[], model: string): Thought[] {
  const thoughts = new Map<string, Thought>()
  for (const [index, part] of parts.entries()) {
    const content = part.type === 'reasoning' ? encryptedIn(ownToken(part.token, model)) : undefined
    const next = parts.slice(index + 1).find(({ type }) => type !== 'reasoning')
    if (part.type !== 'reasoning' || content === undefined || next === undefined) continue
    const thought = thoughts.get(content) ?? { item: { type: 'reasoning', summary: [], encrypted_content: content }, next }
    if (part.text !== '') thought.item.summary.push({ type: 'summary_text', text: part.text })
    thoughts.set(content, thought)
  }
  return [...thoughts.values()]
}

function encryptedIn(token: Token | undefined): string | undefined {
  return (token && asKind(token, 'encrypted')?.value) || undefined
}

function isFrom(item: Json, part: AssistantPart): boolean {
  if (part.type === 'tool-call') return item.type === 'function_call' && item.call_id === part.id
  return item.role === 'assistant' && Array.isArray(item.content) && item.content.some(({ text }: Json) => text === part.text)
}
