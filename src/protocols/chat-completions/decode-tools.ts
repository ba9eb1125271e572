import type { Tool, ToolChoice } from '../../core/prompt.ts'
import { invalidValue } from '../invalid-value.ts'
import type { ChatRequest } from './schema.ts'

/**
 * Reads the tools of a request, and which of them the model may or must call. A restriction to some of them leaves
 * the others out.
 * @throws BridgeError 400 for two tools of one name, and for a call demanded of a tool that was not sent
 */
export function decodeTools({ tools, tool_choice: choice }: ChatRequest): { tools: Tool[]; toolChoice: ToolChoice } {
  const all = (tools ?? []).map(decodeTool)
  checkUnique(all)
  if (choice === null || choice === undefined) return { tools: all, toolChoice: { type: 'auto' } }
  if (typeof choice === 'string') {
    if (choice === 'required' && all.length === 0) throw invalidValue('tool_choice', "'required' needs at least one tool in 'tools'")
    return { tools: all, toolChoice: { type: choice } }
  }
  if (choice.type === 'function') {
    checkKnown([choice], all)
    return { tools: all, toolChoice: { type: 'tool', name: choice.function.name } }
  }
  const allowed = choice.allowed_tools
  checkKnown(allowed.tools, all)
  const names = new Set(allowed.tools.map((tool) => tool.function.name))
  return { tools: all.filter(({ name }) => names.has(name)), toolChoice: { type: allowed.mode } }
}

function decodeTool({ function: { name, description, parameters, strict } }: NonNullable<ChatRequest['tools']>[number]): Tool {
  return {
    name,
    ...(typeof description === 'string' && { description }),
    ...(parameters && { parameters }),
    ...(typeof strict === 'boolean' && { strict }),
  }
}

function checkUnique(tools: readonly Tool[]): void {
  const names = new Set<string>()
  tools.forEach(({ name }, index) => {
    if (names.has(name)) throw invalidValue(`tools[${index}].function.name`, 'another tool has the same name')
    names.add(name)
  })
}

function checkKnown(named: readonly { function: { name: string } }[], tools: readonly Tool[]): void {
  if (named.every((choice) => tools.some(({ name }) => name === choice.function.name))) return
  throw invalidValue('tool_choice', `it names a tool that is not in 'tools'`)
}
