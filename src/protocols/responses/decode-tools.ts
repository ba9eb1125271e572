import { BridgeError } from '../../core/errors.ts'
import type { Tool } from '../../core/prompt.ts'
import { isObject } from '../../core/json-value.ts'
import type { OfferedSearch } from '../../core/search.ts'
import { asFunction } from '../custom-tool.ts'
import { flatName } from './flat-name.ts'
import { parseAt } from './parse-at.ts'
import { leftOutFields } from '../unread-fields.ts'
import { type ClientTool, type CustomTool, type FunctionTool, type RawTool, type ToolSearch, toolSchemas } from './schema.ts'

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
  /** What the bridge is to search for the model, where the client offers that and the bridge can. */
  search?: OfferedSearch
  /** Fields of the others that no model sees. */
  unread: string[]
}

/**
 * Reads the tools of a request.
 * @param listed those of `tools`
 * @param added those that came with the input; one that is known already changes nothing
 * @param searches whether the bridge searches the web for those who offer that
 * @throws BridgeError 400 for a tool that is not valid, and for two listed ones of one name
 */
export function decodeTools(listed: readonly PlacedTool[], added: readonly PlacedTool[], body: unknown, searches = false): DecodedTools {
  const offered = new Map<string, OfferedTool>()
  const sent: RawTool[] = []
  const leftOut = new Set<string>()
  const unread: string[] = []
  let search: OfferedSearch | undefined

  for (const { raw, path } of [...listed, ...added]) {
    if (searches && WEB_SEARCH.test(raw.type)) {
      sent.push(raw)
      search ??= offeredSearch(raw)
      continue
    }
    const parsed = parseTool(raw, path, body)
    if (parsed === undefined) {
      leftOut.add(raw.type)
      continue
    }
    sent.push(raw)
    unread.push(...leftOutFields(raw, parsed, path.filter((key) => typeof key === 'string').join('.')))
    for (const item of offer(parsed)) {
      const { name } = item.tool
      if (!offered.has(name)) offered.set(name, item)
      else if (path[0] === 'tools') throw duplicate(`tools[${String(path[1])}]`, item.name)
    }
  }
  return { offered: [...offered.values()], sent, leftOut: [...leftOut], unread, ...(search && { search }) }
}

/** The names under which the model knows tools that are valid. */
export function namesOf({ raw, path }: PlacedTool): string[] {
  const parsed = parseTool(raw, path, undefined)
  return parsed === undefined ? [] : offer(parsed).map(({ tool }) => tool.name)
}

/** Whether a host would have to run the tool. */
export function isHosted({ type, execution }: RawTool): boolean {
  return !Object.hasOwn(toolSchemas, type) || (type === 'tool_search' && execution !== 'client')
}

/** Returns undefined for a tool that a host would have to run. */
function parseTool(raw: RawTool, path: readonly PropertyKey[], body: unknown): ClientTool | undefined {
  return isHosted(raw) ? undefined : parseAt<ClientTool>(toolSchemas[raw.type as ClientTool['type']], raw, path, body)
}

function offer(tool: ClientTool): OfferedTool[] {
  switch (tool.type) {
    case 'function':
      return [offerFunction(tool)]
    case 'custom':
      return [offerCustom(tool)]
    case 'namespace':
      return tool.tools.map((inner) => (inner.type === 'custom' ? offerCustom(inner, tool.name) : offerFunction(inner, tool.name)))
    case 'tool_search':
      return [offerSearch(tool)]
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

/** OpenAI's names of it, and those with a date. */
const WEB_SEARCH = /^web_search(_preview)?(_\d{4}_\d{2}_\d{2})?$/

function offeredSearch({ filters }: RawTool): OfferedSearch {
  const domains = isObject(filters) && Array.isArray(filters.allowed_domains) ? filters.allowed_domains.filter((domain) => typeof domain === 'string') : []
  return domains.length > 0 ? { allowedDomains: domains } : {}
}

function duplicate(param: string, name: string): BridgeError {
  return new BridgeError(`Invalid value for '${param}': another tool has the name '${name}'.`, {
    code: 'invalid_value',
    status: 400,
    param: `${param}.name`,
  })
}
