import { BridgeError } from '../../core/errors.ts'
import { formatPath } from '../invalid-request.ts'
import { listNames } from '../invalid-value.ts'
import type { InputItem, ItemReference } from './item-schema.ts'

type Item = InputItem | ItemReference

/** An item, and where the client wrote it. */
interface Placed {
  item: Item
  path: readonly PropertyKey[]
}

export interface CheckOptions {
  /** Whether the first items may be results of calls that were made before. */
  continues?: boolean
  /** Whether calls may be in what only the vendor has. */
  incomplete?: boolean
}

/**
 * Checks that calls and results of tools belong together, wherever the client put them.
 * @throws BridgeError 400 for a call without a result, and for a result without a call
 */
export function checkCalls(items: readonly Placed[], { continues = false, incomplete = false }: CheckOptions): void {
  const calls = new Set(items.flatMap(({ item }) => (isCall(item) ? [item.call_id] : [])))
  const results = new Set<string>()
  let first = true
  for (const { item, path } of items) {
    first &&= isOutput(item) || isInstruction(item)
    if (!isOutput(item)) continue
    if (!calls.has(item.call_id) && !(continues && first) && !incomplete) throw unasked(item.call_id, `${formatPath(path)}.call_id`)
    results.add(item.call_id)
  }
  const open = [...calls].find((id) => !results.has(id))
  if (open !== undefined) throw unanswered(open)
}

export type Call = Extract<Item, { type: 'function_call' | 'custom_tool_call' | 'tool_search_call' }>
export type Output = Extract<Item, { type: 'function_call_output' | 'custom_tool_call_output' | 'tool_search_output' }>

export function isCall(item: Item): item is Call {
  return item.type === 'function_call' || item.type === 'custom_tool_call' || item.type === 'tool_search_call'
}

export function isOutput(item: Item): item is Output {
  return item.type === 'function_call_output' || item.type === 'custom_tool_call_output' || item.type === 'tool_search_output'
}

/** Instructions may come before anything that is said. */
function isInstruction(item: Item): boolean {
  return item.type === 'message' && (item.role === 'system' || item.role === 'developer')
}

function unanswered(id: string): BridgeError {
  return new BridgeError(`No tool output found for function call ${listNames([id])}.`, { code: 'invalid_value', status: 400, param: 'input' })
}

function unasked(id: string, param: string): BridgeError {
  return new BridgeError(`No tool call found for function call output with call_id ${listNames([id])}.`, { code: 'invalid_value', status: 400, param })
}
