import { parseJson } from '../../core/json-text.ts'
import { balancedFrom, JsonScanner } from '../json-scanner.ts'

/** A call as the model wrote it. */
export interface WrittenCall {
  /** Undefined when no name can be read. */
  name: string | undefined
  /** The JSON text of the arguments, or what the model wrote in its place. */
  arguments: string
  /** The parsed arguments; undefined when the block is not valid JSON. */
  value: unknown
}

// The first is the one that the model is told; the others are those that models were trained on.
const NAME_KEYS = ['tool', 'name', 'function']
const ARGUMENTS_KEYS = ['args', 'arguments', 'parameters']

/**
 * Reads the body of a block: an object, maybe in a fence, maybe broken. Some models put several into one block; what
 * follows the first counts when it names a tool.
 */
export function readCalls(body: string): WrittenCall[] {
  const calls: WrittenCall[] = []
  for (let start = body.indexOf('{'); start >= 0;) {
    const source = balancedFrom(body, start)
    const call = readCall(withoutFence(source))
    if (calls.length === 0 || call.name !== undefined) calls.push(call)
    start = body.indexOf('{', start + source.length)
  }
  return calls.length > 0 ? calls : [{ name: undefined, arguments: '', value: undefined }]
}

/** Without the end of a fence; a pattern would look at each blank of a long line of them anew. */
function withoutFence(source: string): string {
  const text = source.trimEnd()
  return text.endsWith('```') ? text.slice(0, -3).trimEnd() : text
}

function readCall(source: string): WrittenCall {
  const fields = readFields(source)
  const name = unquote(pick(fields, NAME_KEYS))
  const args = pick(fields, ARGUMENTS_KEYS)
  if (parse(source) === undefined) return { name, arguments: args ?? '', value: undefined }
  if (args === undefined) return { name, arguments: '{}', value: {} }
  const value = parse(args)
  // Some models write the arguments as a string that holds JSON, as they are in OpenAI's format.
  return typeof value === 'string' ? { name, arguments: value, value: parse(value) } : { name, arguments: args, value }
}

function pick(fields: ReadonlyMap<string, string>, keys: readonly string[]): string | undefined {
  const key = keys.find((key) => fields.has(key))
  return key === undefined ? undefined : fields.get(key)
}

/** The fields of an object with their values' source text, which keeps numbers and key order as they were written. */
function readFields(source: string): Map<string, string> {
  const fields = new Map<string, string>()
  for (const segment of segments(source)) {
    const match = /^\s*["']?([\w-]+)["']?\s*:\s*([^]*)$/.exec(segment)
    if (match) fields.set(match[1]!, match[2]!.trimEnd())
  }
  return fields
}

/** What stands between the commas of the outermost object. */
function segments(source: string): string[] {
  const scanner = new JsonScanner()
  const found: string[] = []
  let start = 1
  for (let index = 0; index < source.length; index++) {
    const step = scanner.step(source[index]!)
    const ends = (step === 'close' && scanner.depth === 0) || (source[index] === ',' && scanner.depth === 1 && !scanner.inString)
    if (!ends) continue
    found.push(source.slice(start, index))
    start = index + 1
  }
  if (start < source.length) found.push(source.slice(start))
  return found
}

function unquote(source: string | undefined): string | undefined {
  return source === undefined ? undefined : /^["']([\w.:/-]+)["']$/.exec(source)?.[1]
}

function parse(source: string): unknown {
  try {
    return parseJson(source)
  } catch {
    return undefined
  }
}
