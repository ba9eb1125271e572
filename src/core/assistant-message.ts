import type { AssistantMessage, CallPart, ToolCall } from './prompt.ts'

/** The text of a message, without what the model thought. */
export function textOf({ parts }: AssistantMessage): string {
  return parts.map((part) => (part.type === 'text' ? part.text : '')).join('')
}

/** What the model thought, as far as it is visible. */
export function reasoningOf({ parts }: AssistantMessage): string {
  return parts.map((part) => (part.type === 'reasoning' ? part.text : '')).join('')
}

export function callsOf({ parts }: AssistantMessage): CallPart[] {
  return parts.filter((part) => part.type === 'tool-call')
}

export function callPart({ id, name, arguments: args }: ToolCall): CallPart {
  return { type: 'tool-call', id, name, arguments: args }
}
