import { changeEach } from '../../../core/change-list.ts'
import { isObject } from '../../../core/json-value.ts'
import { defined, type Json } from './json.ts'

/** Kinds of tools that Chat Completions has, each with an object of the same name in it. */
const KINDS = ['function', 'custom'] as const

/**
 * @param flat gets the names of custom tools in Responses' form, whose calls are told as a function's: clients that send
 *   it read no others
 * @returns the very list where all tools are in the format's own form
 */
export function toolsOf(tools: unknown, flat: Set<string>): unknown {
  if (!Array.isArray(tools)) return tools
  const own = tools.map((tool: unknown) => (isObject(tool) ? toolOf(tool, flat) : tool))
  return own.some((tool, index) => tool !== tools[index]) ? own : tools
}

/**
 * Without the tools that a host would have to run, as Responses have them.
 * @param lost gets their kinds
 */
export function withoutHosted(tools: unknown, lost: Set<string>): unknown {
  return changeEach(tools, (tool) => {
    if (typeof tool.type !== 'string' || KINDS.some((kind) => kind === tool.type)) return [tool]
    lost.add(`tools.${tool.type}`)
    return []
  })
}

/** A tool of Responses has its fields beside the type, one of Anthropic's `input_schema` and mostly no type. */
function toolOf(tool: Json, flat: Set<string>): Json {
  const inner = KINDS.map((kind) => tool[kind]).find(isObject)
  if (inner) return withinOf(tool, inner)
  if (typeof tool.name !== 'string') return tool
  const { type, name, description, input_schema: schema, parameters = schema, strict, format, ...rest } = tool
  if (parameters !== undefined || type === 'function') return { ...rest, type: 'function', function: defined({ name, description, parameters, strict }) }
  // All others are run by a vendor.
  if (type !== 'custom' && type !== undefined) return tool
  if (type === undefined) return { ...rest, type: 'function', function: defined({ name, description, strict }) }
  flat.add(name)
  return { ...rest, type: 'custom', custom: defined({ name, description, format: formatOf(format) }) }
}

function withinOf(tool: Json, inner: Json): Json {
  const kind = isObject(tool.function) ? 'function' : 'custom'
  const format = formatOf(inner.format)
  const { input_schema: schema, ...rest } = inner
  if (tool.type !== undefined && schema === undefined && format === inner.format) return tool
  return { ...tool, type: tool.type ?? kind, [kind]: defined({ ...rest, parameters: rest.parameters ?? schema, format }) }
}

/** Responses have the grammar beside the type. */
function formatOf(format: unknown): unknown {
  if (!isObject(format) || format.type !== 'grammar' || isObject(format.grammar)) return format
  const { type, ...grammar } = format
  return { type, grammar }
}

/** The choice of a tool, and whether only one may be called. */
export function toolChoiceOf(choice: unknown): Json {
  if (choice === 'any') return { tool_choice: 'required' }
  if (!isObject(choice)) return { tool_choice: choice }
  const { type, name, tools, mode, disable_parallel_tool_use: oneOnly } = choice
  const parallel = oneOnly === true ? { parallel_tool_calls: false } : {}
  if (type === 'any') return { tool_choice: 'required', ...parallel }
  if (type === 'auto' || type === 'none' || type === 'required') return { tool_choice: type, ...parallel }
  if (type === 'allowed_tools' && Array.isArray(tools))
    return { tool_choice: { type, allowed_tools: { mode, tools: tools.map((tool: unknown) => (isObject(tool) ? named(tool) : tool)) } } }
  return { tool_choice: typeof name === 'string' ? named(choice) : choice, ...parallel }
}

function named(choice: Json): Json {
  const { type, name } = choice
  if (typeof name !== 'string') return choice
  return type === 'custom' ? { type, custom: { name } } : { type: 'function', function: { name } }
}
