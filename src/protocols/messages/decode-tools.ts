import { BridgeError } from '../../core/errors.ts'
import type { HostedKind, OfferedHosted } from '../../core/hosted.ts'
import type { Tool, ToolChoice } from '../../core/prompt.ts'
import { invalidValue } from '../invalid-value.ts'
import { cacheOf } from './cache.ts'
import { readHosted } from './hosted-tools.ts'
import type { AnthropicTool, CountRequest, CustomTool } from './schema.ts'

const CHOICES = { auto: 'auto', any: 'required', none: 'none' } as const

/**
 * Reads the tools of a request, and which of them the model must call. Those that Anthropic runs or defines itself
 * are left out, but for those that the bridge runs; coding agents offer them whether or not they are to be had.
 * @param hosted which of those that Anthropic's servers run the bridge does
 * @throws BridgeError 400 for two tools of one name, and for a call demanded of a tool that cannot be offered
 */
export function decodeTools(
  request: Pick<CountRequest, 'tools' | 'tool_choice' | 'messages'>,
  hosted: readonly HostedKind[] = [],
): { tools: Tool[]; toolChoice: ToolChoice; hosted?: OfferedHosted } {
  const sent = request.tools ?? []
  const { offered, demanded } = readHosted(request, hosted)
  const own = decodeOwn(sent, demanded ? undefined : request.tool_choice)
  return { ...own, ...(demanded && { toolChoice: demanded }), ...(Object.keys(offered).length > 0 && { hosted: offered }) }
}

function decodeOwn(sent: readonly (CustomTool | AnthropicTool)[], choice: CountRequest['tool_choice']): { tools: Tool[]; toolChoice: ToolChoice } {
  checkUnique(sent)
  const offered = sent.filter(isCustom).map(decodeTool)
  if (!choice) return { tools: offered, toolChoice: { type: 'auto' } }
  if (choice.type === 'tool') {
    checkOffered(choice.name, sent)
    return { tools: offered, toolChoice: { type: 'tool', name: choice.name } }
  }
  if (choice.type === 'any' && offered.length === 0) {
    throw invalidValue('tool_choice', `'any' needs a tool in 'tools'${sent.length > 0 ? ' that does not run at Anthropic' : ''}`)
  }
  return { tools: offered, toolChoice: { type: CHOICES[choice.type] } }
}

/** Whether it is the client's own tool. */
export function isCustom(tool: CustomTool | AnthropicTool): tool is CustomTool {
  return 'input_schema' in tool
}

function decodeTool({ name, description, input_schema: parameters, strict, cache_control: cache }: CustomTool): Tool {
  return {
    name,
    ...(typeof description === 'string' && { description }),
    parameters,
    ...(typeof strict === 'boolean' && { strict }),
    ...cacheOf(cache),
  }
}

function checkUnique(tools: readonly (CustomTool | AnthropicTool)[]): void {
  const names = new Set<string>()
  tools.forEach(({ name }, index) => {
    if (typeof name !== 'string') return
    if (names.has(name)) throw invalidValue(`tools[${index}].name`, 'another tool has the same name')
    names.add(name)
  })
}

function checkOffered(name: string, tools: readonly (CustomTool | AnthropicTool)[]): void {
  const tool = tools.find((candidate) => candidate.name === name)
  if (tool === undefined) throw invalidValue('tool_choice.name', "it names a tool that is not in 'tools'")
  if (isCustom(tool)) return
  throw new BridgeError(
    "'tool_choice' demands a call of a tool that Anthropic runs or defines. The bridge has only tools with an 'input_schema' of the client's.",
    {
      code: 'unsupported_value',
      status: 400,
      param: 'tool_choice.name',
    },
  )
}
