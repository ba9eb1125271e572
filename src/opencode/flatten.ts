import { callsOf, textOf } from '../core/assistant-message.ts'
import { BridgeError } from '../core/errors.ts'
import type { Message, Prompt } from '../core/prompt.ts'

/**
 * The whole conversation as one text, for an `opencode run` without our plugin. A single user message stays as it is.
 * Throws a 400 for what a text cannot carry: files, tools and their calls.
 */
export function flattenPrompt({ messages, tools, toolChoice }: Pick<Prompt, 'messages' | 'tools' | 'toolChoice'>): string {
  if (tools.length > 0 && toolChoice.type !== 'none') refuse('tools', 'tools')
  const only = messages.length === 1 ? messages[0] : undefined
  if (only?.role === 'user') return writeMessage(only)
  return messages.map((message) => `${TITLES[message.role]}:\n${writeMessage(message)}`).join('\n\n')
}

const TITLES = { system: 'System', user: 'User', assistant: 'Assistant', tool: 'Tool' }

function writeMessage(message: Message): string {
  switch (message.role) {
    case 'system':
      return message.content
    case 'user':
      return message.content.map((part) => (part.type === 'text' ? part.text : refuse('a file'))).join('\n')
    case 'assistant':
      return callsOf(message).length > 0 ? refuse('a tool call') : textOf(message)
    case 'tool':
      return refuse('a tool result')
  }
}

function refuse(what: string, param = 'messages'): never {
  throw new BridgeError(`The bridge runs in plain mode, which carries text only, and this request holds ${what}. See \`opencode-bridge doctor\`.`, {
    code: 'unsupported_value',
    status: 400,
    param,
  })
}
