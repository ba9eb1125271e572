import { isForeignBlock } from '../foreign-blocks.ts'
import { leftOutFields, tellable } from '../unread-fields.ts'
import { isCustom } from './decode-tools.ts'
import type { AssistantBlock, MessagesRequest, ResultBlock, UserBlock } from './schema.ts'

type Block = UserBlock | AssistantBlock | ResultBlock

/** What a request asks for in fields and tools that a prompt has no place for. */
export function unreadFields(request: MessagesRequest, body: Record<string, unknown>): string[] {
  const thinking = request.thinking?.type === 'between_tools' ? ['thinking'] : []
  const blocks = request.messages.flatMap(({ content }) => unreadBlocks(content, 'messages.content'))
  return tellable([...leftOutFields(body, request), ...contextEdits(request), ...thinking, ...unofferedTools(request), ...blocks])
}

/** An edit that keeps all leaves the conversation as it is sent, which it always is here. Claude Code sends one with every request. */
function contextEdits({ context_management: management }: MessagesRequest): string[] {
  return management?.edits?.some(({ keep }) => keep !== 'all') ? ['context_management'] : []
}

function unofferedTools({ tools }: MessagesRequest): string[] {
  return (tools ?? []).flatMap((tool) => (isCustom(tool) ? [] : [`tools.${tool.type}`]))
}

function unreadBlocks(content: string | readonly Block[] | null | undefined, path: string): string[] {
  if (!Array.isArray(content)) return []
  return (content as readonly Block[]).flatMap((block) => {
    switch (block.type) {
      case 'document':
      case 'search_result':
        return block.citations?.enabled ? [`${path}.citations`] : []
      case 'tool_result':
        return unreadBlocks(block.content, `${path}.content`)
      default:
        return isForeignBlock(block.type) ? [`${path}.${block.type}`] : []
    }
  })
}
