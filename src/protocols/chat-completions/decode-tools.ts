import type { Tool, ToolChoice } from '../../core/prompt.ts'
import { asFunction } from '../custom-tool.ts'
import { invalidValue } from '../invalid-value.ts'
import type { ChatRequest, ChatTool, NamedTool } from './schema.ts'

/**
 * Reads the tools of a request, and which of them the model may or must call. A restriction to some of them leaves
 * the others out.
 * @throws BridgeError 400 for two tools of one name, and for a call demanded of a tool that was not sent
 */
export function decodeTools({ tools, tool_choice: choice }: Pick<ChatRequest, 'tools' | 'tool_choice'>): { tools: Tool[]; toolChoice: ToolChoice } {
  checkUnique(tools ?? [])
  const all = (tools ?? []).map(decodeTool)
  if (choice === null || choice === undefined) return { tools: all, toolChoice: { type: 'auto' } }
  if (typeof choice === 'string') {
    if (choice === 'required' && all.length === 0) throw invalidValue('tool_choice', "'required' needs at least one tool in 'tools'")
    return { tools: all, toolChoice: { type: choice } }
  }
  if (choice.type !== 'allowed_tools') {
    checkKnown([choice], all)
    return { tools: all, toolChoice: { type: 'tool', name: nameOf(choice) } }
  }
  const allowed = choice.allowed_tools
  checkKnown(allowed.tools, all)
  const names = new Set(allowed.tools.map(nameOf))
  return { tools: all.filter(({ name }) => names.has(name)), toolChoice: { type: allowed.mode } }
}

/** The names of the tools that take a text. */
export function customNames(tools: ChatRequest['tools']): Set<string> {
  return new Set((tools ?? []).flatMap((tool) => (tool.type === 'custom' && tool.custom ? [tool.custom.name] : [])))
}

function decodeTool(tool: ChatTool): Tool {
  if (tool.type === 'custom') {
    const { format, ...custom } = tool.custom
    return asFunction({ ...custom, ...format?.grammar })
  }
  const { name, description, parameters, strict } = tool.function
  return {
    name,
    ...(typeof description === 'string' && { description }),
    ...(parameters && { parameters }),
    ...(typeof strict === 'boolean' && { strict }),
  }
}

function nameOf(tool: ChatTool | NamedTool): string {
  return tool.type === 'custom' ? tool.custom.name : tool.function.name
}

function checkUnique(tools: readonly ChatTool[]): void {
  const names = new Set<string>()
  tools.forEach((tool, index) => {
    const name = nameOf(tool)
    if (names.has(name)) throw invalidValue(`tools[${index}].${tool.type}.name`, 'another tool has the same name')
    names.add(name)
  })
}

function checkKnown(named: readonly NamedTool[], tools: readonly Tool[]): void {
  if (named.every((choice) => tools.some(({ name }) => name === nameOf(choice)))) return
  throw invalidValue('tool_choice', `it names a tool that is not in 'tools'`)
}
