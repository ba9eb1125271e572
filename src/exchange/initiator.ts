import type { KnownWire } from '../core/call.ts'
import { RESULTS_IN_WORDS } from '../core/tool-result.ts'

/**
 * Who began a call, as GitHub Copilot bills it: a person's turn costs, an agent's step after the results of its tools
 * does not. opencode looks at the last message alone; agents add reminders of their own to results, which are no
 * person's words either.
 */
export function initiatorOf(wire: KnownWire, body: Record<string, unknown>): 'user' | 'agent' {
  const items = (wire === 'responses' ? body.input : body.messages) as Item[] | string | undefined
  if (!Array.isArray(items) || items.length === 0) return 'user'
  const answered = items.slice(items.findLastIndex(isModels) + 1)
  return answered.length === 0 || answered.some(isResult) ? 'agent' : 'user'
}

interface Item {
  role?: string
  type?: string
  content?: string | { type?: string; text?: string }[]
}

/** Whether the model gave it. */
function isModels({ role, type = '' }: Item): boolean {
  return role === 'assistant' || type === 'reasoning' || type.endsWith('_call')
}

function isResult({ role, type = '', content }: Item): boolean {
  if (role === 'tool' || type.endsWith('_output')) return true
  const parts = typeof content === 'string' ? [{ text: content }] : Array.isArray(content) ? content : []
  return parts.some((part: { type?: string; text?: string }) => part.type === 'tool_result' || part.text?.startsWith(RESULTS_IN_WORDS))
}
