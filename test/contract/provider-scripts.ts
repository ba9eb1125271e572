import { chunkFrame } from '../../src/demo/model-server.ts'
import type { Script } from '../support/upstream.ts'
import type { AbstractAnswer, ToolCall } from './client-format.ts'

/** What the provider does in the tests of the contract. */

export const WORDS = ['One ', 'by ', 'one.']

/** Deltas of calls, whose arguments come in two pieces. */
export function callDeltas(calls: ToolCall[]): Record<string, unknown>[] {
  return calls.flatMap(({ id, name, arguments: args }, index) => [
    { tool_calls: [{ index, id, type: 'function', function: { name, arguments: args.slice(0, 5) } }] },
    { tool_calls: [{ index, function: { arguments: args.slice(5) } }] },
  ])
}

/** Says `WORDS`, each once `ready` has heard how many came before it, and then goes on with `end`. */
export function wordByWord(ready: (said: number) => Promise<void>, end: Script): Script {
  return async (call, number) => {
    call.response.writeHead(200, { 'content-type': 'text/event-stream' })
    for (const [said, content] of WORDS.entries()) {
      await ready(said)
      call.response.write(chunkFrame(call.body.model, { delta: { content } }))
    }
    await ready(WORDS.length)
    await end(call, number)
  }
}

/** Ends an answer that has begun with an error. */
export const failInStream: Script = ({ response }) => {
  response.end(`data: ${JSON.stringify({ error: { message: 'The model fell over.' } })}\n\n`)
}

/** How many of `WORDS` an answer has. */
export function saidBy(answer: AbstractAnswer | undefined): number {
  return WORDS.findIndex((_, index) => answer?.text === WORDS.slice(0, index + 1).join('')) + 1
}
