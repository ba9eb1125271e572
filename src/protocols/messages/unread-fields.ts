import { leftOutFields, tellable } from '../unread-fields.ts'
import { isCustom } from './decode-tools.ts'
import type { AssistantBlock, MessagesRequest, UserBlock } from './schema.ts'

/** What a request asks for in fields and tools that a prompt has no place for. */
export function unreadFields(request: MessagesRequest, body: Record<string, unknown>): string[] {
  const thinking = request.thinking?.type === 'between_tools' ? ['thinking'] : []
  return tellable([...leftOutFields(body, request), ...contextEdits(request), ...thinking, ...unofferedTools(request), ...unreadBlocks(request)])
}

/** An edit that keeps all leaves the conversation as it is sent, which it always is here. Claude Code sends one with every request. */
function contextEdits({ context_management: management }: MessagesRequest): string[] {
  return management?.edits?.some(({ keep }) => keep !== 'all') ? ['context_management'] : []
}

function unofferedTools({ tools }: MessagesRequest): string[] {
  return (tools ?? []).flatMap((tool) => (isCustom(tool) ? [] : [`tools.${tool.type}`]))
}

function unreadBlocks({ messages }: MessagesRequest): string[] {
  const blocks = messages.flatMap(({ content }): (UserBlock | AssistantBlock)[] => (typeof content === 'string' ? [] : (content ?? [])))
  return blocks.flatMap((block) => {
    switch (block.type) {
      case 'document':
      case 'search_result':
        return block.citations?.enabled ? ['messages.content.citations'] : []
      case 'text':
      case 'image':
      case 'thinking':
      case 'redacted_thinking':
      case 'tool_use':
      case 'tool_result':
        return []
      default:
        return [`messages.content.${block.type}`]
    }
  })
}
