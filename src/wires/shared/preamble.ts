import type { CallForm } from '../../core/call.ts'
import type { Prompt } from '../../core/prompt.ts'

type Body = Readonly<Record<string, unknown>>

/** The prompt with what the login has every system prompt begin with, if the client's does not. */
export function withPreamble(prompt: Prompt, { preamble }: CallForm): Prompt {
  const [first] = prompt.messages
  const missing = missingOf(preamble, first?.role === 'system' ? first.content : undefined)
  if (missing.length === 0) return prompt
  return { ...prompt, messages: [...missing.map((content) => ({ role: 'system' as const, content })), ...prompt.messages] }
}

/** The field of a body that has to change for the same; none where nothing has to. */
export function preambleChange(body: Body, { wire, preamble }: CallForm): Record<string, unknown> {
  const place = PLACES[wire]
  const missing = missingOf(preamble, place.first(body))
  return missing.length === 0 ? {} : place.put(body, missing)
}

function missingOf(preamble: readonly string[], first: string | undefined): string[] {
  return preamble.filter((text) => !first?.startsWith(text))
}

interface Place {
  /** The text that the system prompt begins with. */
  first(body: Body): string | undefined
  put(body: Body, texts: string[]): Record<string, unknown>
}

/** Where each format has its system prompt. */
const PLACES: Record<CallForm['wire'], Place> = {
  chat: {
    first: ({ messages }) => (beginsWithSystem(messages) ? firstText(messages[0]!.content) : undefined),
    put: ({ messages }, texts) => ({ messages: [...texts.map((content) => ({ role: 'system', content })), ...list(messages)] }),
  },
  responses: {
    first: ({ instructions }) => firstText(instructions),
    put: ({ instructions }, texts) => ({ instructions: [...texts, ...list(instructions)].join('\n\n') }),
  },
  messages: {
    first: ({ system }) => firstText(system),
    put: ({ system }, texts) => ({ system: [...texts, ...list(system)].map(toTextBlock) }),
  },
  gemini: {
    first: (body) => firstText(systemInstruction(body)?.parts),
    put: (body, texts) => ({
      [systemName(body)]: { ...systemInstruction(body), parts: [...texts.map((text) => ({ text })), ...list(systemInstruction(body)?.parts)] },
    }),
  },
}

function beginsWithSystem(messages: unknown): messages is { content?: unknown }[] {
  const role: unknown = Array.isArray(messages) && messages[0]?.role
  return role === 'system' || role === 'developer'
}

function list(value: unknown): unknown[] {
  return value == null ? [] : [value].flat()
}

function firstText(content: unknown): string | undefined {
  const [first] = list(content)
  const text = typeof first === 'string' ? first : (first as { text?: unknown } | undefined)?.text
  return typeof text === 'string' ? text : undefined
}

function toTextBlock(part: unknown): unknown {
  return typeof part === 'string' ? { type: 'text', text: part } : part
}

/** Google's own clients write either. */
function systemName(body: Body): string {
  return 'system_instruction' in body ? 'system_instruction' : 'systemInstruction'
}

function systemInstruction(body: Body): { parts?: unknown } | undefined {
  return body[systemName(body)] as { parts?: unknown } | undefined
}
