import { callIdsOf, givenIdOf } from './call-ids.ts'
import type { Content } from './schema.ts'
import { turnsOf } from './turns.ts'

/**
 * Checks that calls and results of functions belong together, as Google does: each result answers a call of the turn
 * before it, and no call stays without one.
 * @param continues whether the first turn may hold results of calls that were made before
 * @throws BridgeError 400 that names the part
 */
export function checkCalls(contents: readonly Content[], continues = false): void {
  const ids = callIdsOf(contents)
  for (const [index, { role, entries }] of turnsOf(contents).entries()) {
    const callOf = continues && index === 0 ? givenIdOf : ids.end.bind(ids)
    for (const { part, path } of entries.flatMap(({ parts }) => parts)) {
      if (role === 'model' && part.functionCall) ids.begin(part.functionCall, `${path}.functionCall`)
      if (role === 'user' && part.functionResponse) callOf(part.functionResponse, `${path}.functionResponse`)
    }
    if (role === 'user') ids.checkAnswered(entries[0]!.path)
  }
  ids.checkAnswered(`contents[${contents.length - 1}]`)
}
