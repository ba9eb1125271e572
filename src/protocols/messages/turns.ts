import type { AssistantBlock, RequestMessage, UserBlock } from './schema.ts'

/** Consecutive messages of one role, which Anthropic takes as one. */
export type Turn =
  | { role: 'system'; text: string }
  | { role: 'user'; messages: Located<UserBlock>[] }
  | { role: 'assistant'; messages: Located<AssistantBlock>[] }

/** The content of one message as blocks, and where the client wrote it: `messages[0].content`. */
export interface Located<Block> {
  path: string
  blocks: Block[]
}

/**
 * Groups the messages of a request; those of the system that the user's next message clears are left out, as are those of
 * roles that the schema does not know.
 */
export function toTurns(messages: readonly RequestMessage[]): Turn[] {
  const turns: Turn[] = []
  const lastOfUser = messages.findLastIndex(({ role }) => role === 'user')
  messages.forEach((message, index) => {
    const path = `messages[${index}].content`
    if (message.role === 'system') {
      const cleared = message.clear_at === 'next_user_message' && index < lastOfUser
      if (!cleared && message.content) turns.push({ role: 'system', text: joinText(message.content) })
      return
    }
    const last = turns.at(-1)
    if (message.role === 'user') {
      const located = { path, blocks: toBlocks(message.content) }
      if (last?.role === 'user') last.messages.push(located)
      else turns.push({ role: 'user', messages: [located] })
      return
    }
    if (message.role !== 'assistant') return
    const located = { path, blocks: toBlocks(message.content) }
    if (last?.role === 'assistant') last.messages.push(located)
    else turns.push({ role: 'assistant', messages: [located] })
  })
  return turns
}

/** The text of content that can hold nothing else; its blocks are paragraphs. */
export function joinText(content: string | readonly { text: string }[]): string {
  if (typeof content === 'string') return content
  return content.map(({ text }) => text).join('\n\n')
}

function toBlocks<Block>(content: string | Block[]): (Block | { type: 'text'; text: string })[] {
  return typeof content === 'string' ? [{ type: 'text', text: content }] : content
}
