import { z } from 'zod'
import { BridgeError } from '../../core/errors.ts'
import type { Tool, ToolChoice } from '../../core/prompt.ts'
import { SEARCH_TOOL } from '../../core/search.ts'
import { invalidValue } from '../invalid-value.ts'
import type { OfferedTool } from './decode-tools.ts'
import { parseAt } from './parse-at.ts'
import { leftOutFields } from '../unread-fields.ts'
import type { ResponsesRequest } from './schema.ts'

const namedTool = z.object({ type: z.string(), name: z.string().nullish(), namespace: z.string().nullish() })

const allowedTools = z.object({
  type: z.literal('allowed_tools'),
  mode: z.enum(['none', 'auto', 'required']).nullish(),
  tools: z.array(namedTool).min(1),
})

type NamedTool = z.output<typeof namedTool>

export interface DecodedToolChoice {
  tools: Tool[]
  toolChoice: ToolChoice
  /** Fields of the choice that say nothing here. */
  unread: string[]
}

/**
 * Reads which tools the model may or must call. A restriction to some of them leaves the others out.
 * @param searches whether the bridge makes the searches that this request offers
 * @throws BridgeError 400 for a call demanded of a tool that was not sent or that only a host could run
 */
export function decodeToolChoice(choice: ResponsesRequest['tool_choice'], offered: readonly OfferedTool[], body: unknown, searches = false): DecodedToolChoice {
  const tools = offered.map(({ tool }) => tool)
  if (choice === null || choice === undefined) return { tools, toolChoice: { type: 'auto' }, unread: [] }
  if (typeof choice === 'string') {
    if (choice === 'required' && tools.length === 0 && !searches)
      throw invalidValue('tool_choice', "'required' needs at least one tool in 'tools' that the client runs")
    return { tools, toolChoice: { type: choice }, unread: [] }
  }
  if (choice.type === 'function' || choice.type === 'custom') {
    const named = parseAt(namedTool, choice, ['tool_choice'], body)
    return { tools, toolChoice: { type: 'tool', name: findTool(named, offered).tool.name }, unread: leftOutFields(choice, named, 'tool_choice') }
  }
  if (searches && choice.type.startsWith(SEARCH_TOOL)) return { tools, toolChoice: { type: 'tool', name: SEARCH_TOOL }, unread: [] }
  if (choice.type !== 'allowed_tools') throw notHere(choice.type)

  const parsed = parseAt(allowedTools, choice, ['tool_choice'], body)
  const { mode, tools: named } = parsed
  const hosted = named.find(({ type }) => type !== 'function' && type !== 'custom')
  const allowed = named.filter((tool) => tool.type === 'function' || tool.type === 'custom').map((tool) => findTool(tool, offered))
  if (hosted && allowed.length === 0 && mode === 'required') throw notHere(hosted.type)
  return { tools: [...new Set(allowed.map(({ tool }) => tool))], toolChoice: { type: mode ?? 'auto' }, unread: leftOutFields(choice, parsed, 'tool_choice') }
}

function findTool({ type, name, namespace }: NamedTool, offered: readonly OfferedTool[]): OfferedTool {
  const tool = offered.find((item) => item.kind === type && item.name === name && (!namespace || item.namespace === namespace))
  if (tool) return tool
  throw invalidValue('tool_choice', "it names a tool that is not in 'tools'")
}

function notHere(type: string): BridgeError {
  const shown = /^[\w.:-]{1,64}$/.test(type) ? `'${type}'` : 'a tool'
  return new BridgeError(
    `Unsupported value for 'tool_choice': it demands ${shown}, which is run by a host. The bridge has no hosted tools; ` +
      "the model can call those of type 'function', 'custom' and 'namespace'.",
    { code: 'unsupported_value', status: 400, param: 'tool_choice' },
  )
}
