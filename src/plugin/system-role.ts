import type { Wire } from '../core/model.ts'

/**
 * opencode's history has no system messages: the hook for them only reaches the head of the prompt. A system message
 * further down travels as a marked user message, and gets its role back in the body of the provider call.
 */
const MARK = '\u2063\u2063bridge-system\u2063\u2063'

export function markSystem(content: string): string {
  return MARK + content
}

/** Takes the marks out of a provider call's body; in formats without such a role the message stays a user's. */
export function restoreSystemRole(body: Record<string, any>, wire: Wire): void {
  const lists = [body.messages, body.input, body.contents].filter(Array.isArray) as WireMessage[][]
  for (const message of lists.flat()) {
    let marked = false
    if (typeof message.content === 'string' && message.content.startsWith(MARK)) {
      message.content = message.content.slice(MARK.length)
      marked = true
    }
    for (const part of [...(Array.isArray(message.content) ? message.content : []), ...(message.parts ?? [])]) {
      if (!part.text?.startsWith(MARK)) continue
      part.text = part.text.slice(MARK.length)
      marked = true
    }
    if (marked && (wire === 'chat' || wire === 'responses')) message.role = 'system'
  }
}

interface WireMessage {
  role?: string
  content?: string | { text?: string }[]
  parts?: { text?: string }[]
}
