import type { HostedKind } from '../../core/hosted.ts'
import { isForeignBlock } from '../foreign-blocks.ts'
import { leftOutFields, tellable } from '../unread-fields.ts'
import { isCustom } from './decode-tools.ts'
import { hostedKind } from './hosted-tools.ts'
import type { AssistantBlock, MessagesRequest, ResultBlock, UserBlock } from './schema.ts'

type Block = UserBlock | AssistantBlock | ResultBlock

/** What a request asks for in fields and tools that a prompt has no place for. */
export function unreadFields(request: MessagesRequest, body: Record<string, unknown>, hosted: readonly HostedKind[] = []): string[] {
  const thinking = request.thinking?.type === 'between_tools' ? ['thinking'] : []
  const blocks = request.messages.flatMap(({ content }) => unreadBlocks(content, 'messages.content'))
  // Of a tool that the bridge ran, what came of it is in what was said next.
  const own = new Set(hosted.flatMap((kind) => OWN_BLOCKS[kind]))
  const lost = blocks.filter((name) => !own.has(name))
  const fields = leftOutFields(body, request).filter((name) => !(hosted.length > 0 && name.startsWith(CITATIONS)))
  return tellable([...fields, ...contextEdits(request), ...thinking, ...unofferedTools(request, hosted), ...lost])
}

/** An edit that keeps all leaves the conversation as it is sent, which it always is here. Claude Code sends one with every request. */
function contextEdits({ context_management: management }: MessagesRequest): string[] {
  return management?.edits?.some(({ keep }) => keep !== 'all') ? ['context_management'] : []
}

/** Of texts that cited what was found, which have the links and the quotes, too. */
const CITATIONS = 'messages.content.citations'

const OWN_BLOCKS: Record<HostedKind, string[]> = {
  search: ['messages.content.server_tool_use', 'messages.content.web_search_tool_result'],
  fetch: ['messages.content.server_tool_use', 'messages.content.web_fetch_tool_result'],
}

function unofferedTools({ tools }: MessagesRequest, hosted: readonly HostedKind[]): string[] {
  return (tools ?? []).flatMap((tool) => {
    const kind = hostedKind(tool)
    return isCustom(tool) || (kind !== undefined && hosted.includes(kind)) ? [] : [`tools.${tool.type}`]
  })
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
