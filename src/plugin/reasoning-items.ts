import { Fifos } from '../core/fifo.ts'
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
  const places = placesOf(input)
  const present = new Set(input.map(({ encrypted_content: content }) => content))
  const items: Json[] = []
  // An id may come again in a later turn.
  let from = 0
  for (const { item, next } of messages.flatMap((message) => (message.role === 'assistant' ? thoughtsOf(message.parts, model) : []))) {
    if (present.has(item.encrypted_content)) continue
    const index = firstFrom(places, nameOf(next), from)
    if (index === undefined) continue
    items.push(...input.slice(from, index), item, input[index]!)
    present.add(item.encrypted_content)
    from = index + 1
  }
  return [...items, ...input.slice(from)]
}

/** Takes off the places before it: a later thought leads to what comes later. */
function firstFrom(places: Fifos<string, number>, name: string, from: number): number | undefined {
  for (;;) {
    const first = places.first(name)
    if (first === undefined || first >= from) return first
    places.shift(name)
  }
}

/** Where what a thought may have led to stands in a call, by its name. */
function placesOf(input: readonly Json[]): Fifos<string, number> {
  const places = new Fifos<string, number>()
  for (const [index, item] of input.entries()) for (const name of namesOf(item)) places.push(name, index)
  return places
}

function namesOf(item: Json): string[] {
  if (item.type === 'function_call') return [`call ${item.call_id}`]
  return item.role === 'assistant' && Array.isArray(item.content) ? item.content.map(({ text }: Json) => `text ${text}`) : []
}

function nameOf(part: AssistantPart): string {
  return part.type === 'tool-call' ? `call ${part.id}` : `text ${part.text}`
}

/** Texts of one item have its content in common. */
function thoughtsOf(parts: readonly AssistantPart[], model: string): Thought[] {
  const thoughts = new Map<string, Thought>()
  let end = 0
  for (const [index, part] of parts.entries()) {
    if (part.type !== 'reasoning') continue
    const content = encryptedIn(ownToken(part.token, model))
    end = Math.max(end, index)
    while (parts[end]?.type === 'reasoning') end++
    const next = parts[end]
    if (content === undefined || next === undefined) continue
    const thought = thoughts.get(content) ?? { item: { type: 'reasoning', summary: [], encrypted_content: content }, next }
    if (part.text !== '') thought.item.summary.push({ type: 'summary_text', text: part.text })
    thoughts.set(content, thought)
  }
  return [...thoughts.values()]
}

function encryptedIn(token: Token | undefined): string | undefined {
  return (token && asKind(token, 'encrypted')?.value) || undefined
}
