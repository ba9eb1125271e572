import { BridgeError } from '../../core/errors.ts'
import type { Tool, ToolChoice } from '../../core/prompt.ts'
import { type OfferedSearch, SEARCH_TOOL } from '../../core/search.ts'
import { invalidValue } from '../invalid-value.ts'
import { cacheOf } from './cache.ts'
import type { AnthropicTool, CountRequest, CustomTool } from './schema.ts'

const CHOICES = { auto: 'auto', any: 'required', none: 'none' } as const

/**
 * Reads the tools of a request, and which of them the model must call. Those that Anthropic runs or defines itself
 * are left out; coding agents offer them whether or not they are to be had.
 * @param searches whether the bridge makes the searches that Anthropic's servers would
 * @throws BridgeError 400 for two tools of one name, and for a call demanded of a tool that cannot be offered
 */
export function decodeTools(
  { tools, tool_choice: choice }: Pick<CountRequest, 'tools' | 'tool_choice'>,
  searches = false,
): { tools: Tool[]; toolChoice: ToolChoice; search?: OfferedSearch } {
  const sent = tools ?? []
  const hosted = searches ? sent.find(isWebSearch) : undefined
  if (hosted === undefined) return decodeOwn(sent, choice)
  const search = offeredSearch(hosted)
  const demanded = demandOf(sent, hosted, choice)
  return demanded ? { ...decodeOwn(sent, undefined), toolChoice: demanded, search } : { ...decodeOwn(sent, choice), search }
}

/** A demand that only the search can meet; Claude Code makes one for each of its own. */
function demandOf(sent: readonly (CustomTool | AnthropicTool)[], hosted: AnthropicTool, choice: CountRequest['tool_choice']): ToolChoice | undefined {
  if (choice?.type === 'tool') return choice.name === hosted.name ? { type: 'tool', name: SEARCH_TOOL } : undefined
  return choice?.type === 'any' && !sent.some(isCustom) ? { type: 'required' } : undefined
}

/** Whether it is the search that Anthropic's servers make. */
export function isWebSearch(tool: CustomTool | AnthropicTool): tool is AnthropicTool {
  return !isCustom(tool) && /^web_search_\d+$/.test(tool.type)
}

function offeredSearch({ max_uses: uses, allowed_domains: allowed, blocked_domains: blocked }: AnthropicTool): OfferedSearch {
  return {
    ...(typeof uses === 'number' && uses > 0 && { maxUses: uses }),
    ...(domains(allowed).length > 0 && { allowedDomains: domains(allowed) }),
    ...(domains(blocked).length > 0 && { blockedDomains: domains(blocked) }),
  }
}

function domains(list: unknown): string[] {
  return Array.isArray(list) ? list.filter((domain) => typeof domain === 'string') : []
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
