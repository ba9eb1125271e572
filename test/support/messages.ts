import { callPart } from '../../src/core/assistant-message.ts'
import type { AssistantMessage, ToolCall, ToolMessage } from '../../src/core/prompt.ts'

/** A message of the assistant's: what was thought, said and called, as far as there is something of each. */
export function answered(text: string, { reasoning = '', calls = [] }: { reasoning?: string; calls?: ToolCall[] } = {}): AssistantMessage {
  return {
    role: 'assistant',
    parts: [
      ...(reasoning === '' ? [] : [{ type: 'reasoning' as const, text: reasoning }]),
      ...(text === '' ? [] : [{ type: 'text' as const, text }]),
      ...calls.map(callPart),
    ],
  }
}

/** The result of a tool that said something. */
export function result(toolCallId: string, text: string): ToolMessage {
  return { role: 'tool', toolCallId, content: [{ type: 'text', text }] }
}
