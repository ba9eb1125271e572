import { isForeignBlock } from '../foreign-blocks.ts'
import { leftOutFields, tellable } from '../unread-fields.ts'
import { isCustom, isWebSearch } from './decode-tools.ts'
import type { AssistantBlock, MessagesRequest, ResultBlock, UserBlock } from './schema.ts'

type Block = UserBlock | AssistantBlock | ResultBlock

/** What a request asks for in fields and tools that a prompt has no place for. */
export function unreadFields(request: MessagesRequest, body: Record<string, unknown>, searches = false): string[] {
  const thinking = request.thinking?.type === 'between_tools' ? ['thinking'] : []
  const blocks = request.messages.flatMap(({ content }) => unreadBlocks(content, 'messages.content'))
  // Of a search of the bridge's own, what came of it is in what was said next.
  const lost = searches ? blocks.filter((name) => !OWN_BLOCKS.has(name)) : blocks
  const fields = leftOutFields(body, request).filter((name) => !(searches && name.startsWith(CITATIONS)))
  return tellable([...fields, ...contextEdits(request), ...thinking, ...unofferedTools(request, searches), ...lost])
}

/** An edit that keeps all leaves the conversation as it is sent, which it always is here. Claude Code sends one with every request. */
function contextEdits({ context_management: management }: MessagesRequest): string[] {
  return management?.edits?.some(({ keep }) => keep !== 'all') ? ['context_management'] : []
}

/** Of texts that cited what a search found, which have the links, too. */
const CITATIONS = 'messages.content.citations'

const OWN_BLOCKS: ReadonlySet<string> = new Set(['messages.content.server_tool_use', 'messages.content.web_search_tool_result'])

function unofferedTools({ tools }: MessagesRequest, searches: boolean): string[] {
  return (tools ?? []).flatMap((tool) => (isCustom(tool) || (searches && isWebSearch(tool)) ? [] : [`tools.${tool.type}`]))
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
