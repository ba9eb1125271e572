import { isCustom } from './decode-tools.ts'
import { type AssistantBlock, type MessagesRequest, requestSchema, type UserBlock } from './schema.ts'

/** A client may send any number of unknown fields; a header should not grow with them. */
const MAX_NAMES = 20

/** What a request asks for in fields and tools that a prompt has no place for. `null` asks for nothing. */
export function unreadFields(request: MessagesRequest, body: Record<string, unknown>): string[] {
  const unknown = Object.keys(body).filter((name) => !Object.hasOwn(requestSchema.shape, name) && body[name] != null)
  const effort = request.thinking?.type === 'disabled' && request.output_config?.effort ? ['output_config.effort'] : []
  const names = [...unknown, ...effort, ...unofferedTools(request), ...unreadBlocks(request)]
  return [...new Set(names)].filter((name) => /^[\w.-]{1,64}$/.test(name)).slice(0, MAX_NAMES)
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
