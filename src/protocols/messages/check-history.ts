import { invalidValue, listNames } from '../invalid-value.ts'
import type { Located, Turn } from './turns.ts'
import type { AssistantBlock, UserBlock } from './schema.ts'

/**
 * Checks that calls and results of tools belong together, as Anthropic does: each result answers a call of the
 * assistant's turn before it, and no call stays without a result.
 * @param continues whether the first turn may hold results of calls that were made before
 * @throws BridgeError 400 that names the block
 */
export function checkHistory(turns: readonly Turn[], continues = false): void {
  const first = turns.find(({ role }) => role !== 'system')
  let open = new Map<string, string>()
  for (const turn of turns) {
    if (turn.role === 'system') continue
    if (turn.role === 'user' && !(continues && turn === first)) closeCalls(turn.messages, open)
    checkAnswered(open)
    if (turn.role === 'assistant') open = openCalls(turn.messages)
  }
  checkAnswered(open)
}

/** The ids of a turn's calls, each with the place of its block. */
function openCalls(messages: readonly Located<AssistantBlock>[]): Map<string, string> {
  const calls = new Map<string, string>()
  for (const { path, blocks } of messages) {
    blocks.forEach((block, index) => {
      if (block.type !== 'tool_use') return
      const param = `${path}[${index}]`
      if (calls.has(block.id)) throw invalidValue(`${param}.id`, 'another call of this turn has the same id')
      calls.set(block.id, param)
    })
  }
  return calls
}

function closeCalls(messages: readonly Located<UserBlock>[], open: Map<string, string>): void {
  for (const { path, blocks } of messages) {
    blocks.forEach((block, index) => {
      if (block.type !== 'tool_result' || open.delete(block.tool_use_id)) return
      throw invalidValue(`${path}[${index}].tool_use_id`, "each 'tool_result' needs a 'tool_use' with its id in the previous message, and answers it once")
    })
  }
}

function checkAnswered(open: ReadonlyMap<string, string>): void {
  const [first] = open.values()
  if (first === undefined) return
  throw invalidValue(first, `'tool_use' ids without a 'tool_result' in the next message: ${listNames([...open.keys()])}`)
}
