import type { Message } from '../core/prompt.ts'
import type { Adaption } from './adaption.ts'

/**
 * Makes one message again of system messages that are several only for the breakpoints between them: nobody but
 * Anthropic has those, and the chat templates of many models allow one system message.
 */
export const joinSystem: Adaption = (run) => (prompt) => run({ ...prompt, messages: joined(prompt.messages) })

function joined(messages: readonly Message[]): Message[] {
  const result: Message[] = []
  for (const message of messages) {
    const last = result.at(-1)
    const goesOn = message.role === 'system' && last?.role === 'system' && last.cache !== undefined
    if (goesOn) result.splice(-1, 1, { ...message, content: `${last.content}\n\n${message.content}` })
    else result.push(message)
  }
  return result
}
