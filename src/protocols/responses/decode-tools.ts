import { BridgeError } from '../../core/errors.ts'
import type { Tool } from '../../core/prompt.ts'
import { asFunction } from '../custom-tool.ts'
import { flatName } from './flat-name.ts'
import { parseAt } from './parse-at.ts'
import { type CustomTool, type FunctionTool, type RawTool, type ToolSearch, toolSchemas } from './schema.ts'

/** A tool of the client's, and what the model sees of it. */
export interface OfferedTool {
  kind: 'function' | 'custom' | 'search'
  name: string
  namespace?: string
  /** Under a name that is unique. */
  tool: Tool
}

/** A tool of a request, with its place in the body. */
export interface PlacedTool {
  raw: RawTool
  path: readonly PropertyKey[]
}

export interface DecodedTools {
  offered: OfferedTool[]
  /** What the client sent of it. */
  sent: RawTool[]
  /** The types of the tools that no client runs and that do not exist here. */
  leftOut: string[]
}

/**
 * Reads the tools of a request.
 * @param listed those of `tools`
 * @param added those that came with the input; one that is known already changes nothing
 * @throws BridgeError 400 for a tool that is not valid, and for two listed ones of one name
 */
export function decodeTools(listed: readonly PlacedTool[], added: readonly PlacedTool[], body: unknown): DecodedTools {
  const offered = new Map<string, OfferedTool>()
  const sent: RawTool[] = []
  const leftOut = new Set<string>()

  for (const { raw, path } of [...listed, ...added]) {
    const tools = decodeTool(raw, path, body)
    if (tools === undefined) {
      leftOut.add(raw.type)
      continue
    }
    sent.push(raw)
    for (const item of tools) {
      const { name } = item.tool
      if (!offered.has(name)) offered.set(name, item)
      else if (path[0] === 'tools') throw duplicate(`tools[${String(path[1])}]`, item.name)
    }
  }
  return { offered: [...offered.values()], sent, leftOut: [...leftOut] }
}

/** The names under which the model knows tools that are valid. */
export function namesOf({ raw, path }: PlacedTool): string[] {
  return (decodeTool(raw, path, undefined) ?? []).map(({ tool }) => tool.name)
}

/** Whether a host would have to run the tool. */
export function isHosted({ type, execution }: RawTool): boolean {
  return !Object.hasOwn(toolSchemas, type) || (type === 'tool_search' && execution !== 'client')
}

/** Returns undefined for a tool that a host would have to run. */
function decodeTool(raw: RawTool, path: readonly PropertyKey[], body: unknown): OfferedTool[] | undefined {
  if (isHosted(raw)) return undefined
  switch (raw.type) {
    case 'function':
      return [offerFunction(parseAt(toolSchemas.function, raw, path, body))]
    case 'custom':
      return [offerCustom(parseAt(toolSchemas.custom, raw, path, body))]
    case 'namespace': {
      const { name: namespace, tools } = parseAt(toolSchemas.namespace, raw, path, body)
      return tools.map((tool) => (tool.type === 'custom' ? offerCustom(tool, namespace) : offerFunction(tool, namespace)))
    }
    case 'tool_search':
      return [offerSearch(parseAt(toolSchemas.tool_search, raw, path, body))]
    default:
      return undefined
  }
}

function offerFunction({ name, description, parameters, strict }: FunctionTool, namespace?: string): OfferedTool {
  return {
    kind: 'function',
    name,
    ...(namespace !== undefined && { namespace }),
    tool: {
      name: flatName(namespace, name),
      ...(typeof description === 'string' && { description }),
      ...(parameters && { parameters }),
      ...(typeof strict === 'boolean' && { strict }),
    },
  }
}

function offerSearch({ type, description, parameters }: ToolSearch): OfferedTool {
  return {
    kind: 'search',
    name: type,
    tool: { name: type, ...(typeof description === 'string' && { description }), ...(parameters && { parameters }) },
  }
}

function offerCustom({ name, description, format }: CustomTool, namespace?: string): OfferedTool {
  return {
    kind: 'custom',
    name,
    ...(namespace !== undefined && { namespace }),
    tool: asFunction({ name: flatName(namespace, name), description, syntax: format?.syntax, definition: format?.definition }),
  }
}

function duplicate(param: string, name: string): BridgeError {
  return new BridgeError(`Invalid value for '${param}': another tool has the name '${name}'.`, {
    code: 'invalid_value',
    status: 400,
    param: `${param}.name`,
  })
}
