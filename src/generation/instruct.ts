import type { Message } from '../core/prompt.ts'

/**
 * Adds an instruction to the system message at the head of the conversation, the last one if there are several. The
 * chat templates of many small models allow no second one, and none further down.
 */
export function instruct(messages: readonly Message[], instruction: string): Message[] {
  const index = messages.findIndex((message) => message.role !== 'system')
  const end = index < 0 ? messages.length : index
  const last = messages[end - 1]
  if (last?.role !== 'system') return [{ role: 'system', content: instruction }, ...messages]
  return [...messages.slice(0, end - 1), { role: 'system', content: `${last.content}\n\n${instruction}` }, ...messages.slice(end)]
}

/** The conversation that asks for a better answer: what the model said, and what is wrong with it. */
export function objectTo(messages: readonly Message[], answer: string, objection: string): Message[] {
  return [
    ...messages,
    // Providers refuse an assistant message without content.
    ...(answer.trim() === '' ? [] : [{ role: 'assistant' as const, parts: [{ type: 'text' as const, text: answer }] }]),
    { role: 'user', content: [{ type: 'text', text: objection }] },
  ]
}
