import type { StrictCall } from './call.ts'
import { Ledger } from './ledger.ts'
import { type Loss, Refusal, ScriptedFailure } from './refusal.ts'
import type { Script } from './scripts.ts'
import { TokenMint } from './tokens.ts'
import type { Reply, Wire, WireContext, WireRequest } from './wire.ts'

/** What the server remembers of the answers of all its models. */
export class Memory {
  readonly mint = new TokenMint()
  readonly ledger = new Ledger()

  forget(): void {
    this.mint.forget()
    this.ledger.forget()
  }
}

/** Lets a wire answer a call, and notes in the call what came of it. */
export function play(wire: Wire, request: WireRequest, call: StrictCall, context: WireContext): Reply {
  try {
    return wire.handle(request, context)
  } catch (error) {
    if (error instanceof ScriptedFailure) return { status: error.status, json: wire.failure(error.status) }
    // A fault of the server's own must not look like a vendor's.
    const refusal =
      error instanceof Refusal ? error : new Refusal('server/fault', 599, String(error instanceof Error ? error.stack : error), { error: String(error) })
    const { rule, status, message } = refusal
    call.violation = { rule, status, message, path: call.path }
    return { status, json: refusal.body }
  }
}

/** What a wire may use, bound to one call. */
export function contextOf(call: StrictCall, { mint, ledger }: Memory, scriptOf: (model: string) => Script | undefined): WireContext {
  return {
    knows: (model) => scriptOf(model) !== undefined,
    play: (turn) => {
      const answer = scriptOf(turn.model)!(turn)
      if (typeof answer === 'number') throw new ScriptedFailure(answer)
      return answer
    },
    mint: (owner, subject) => {
      const token = mint.mint(owner, subject)
      call.issued.push(token)
      return token
    },
    check: (token, owner, subject) => {
      const fault = mint.check(token, owner, subject)
      if (fault === undefined) call.returned.push(token)
      return fault
    },
    issue: (answer) => ledger.add(answer),
    answersWithCalls: (owner, ids) => ledger.withCalls(owner, ids),
    answersWithText: (owner, text) => ledger.withText(owner, text),
    lose: (rule, message, turn = 'current') => {
      const loss: Loss = { rule, message, turn, path: call.path }
      call.losses.push(loss)
    },
  }
}
