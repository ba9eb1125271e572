import type { AnswerEvent } from '../../core/answer-event.ts'
import type { HostedUse } from '../../core/hosted.ts'
import type { CallPart, Message, Prompt, Tool } from '../../core/prompt.ts'
import { addUsage, type Usage } from '../../core/usage.ts'
import type { Run } from '../../generation/adaption.ts'
import { messageOf } from '../../protocols/answer.ts'
import { AnswerParts } from '../../protocols/answer-parts.ts'
import { type HostedTool, resultMessage } from './hosted-tool.ts'

/** How often a model may ask for more than it may have of one tool before it may call no tool at all, where others are left. */
const MAX_EXCESS = 3

/**
 * Runs the tools of vendors' servers that a client offers and its model's provider does not run: the model sees tools,
 * calls and results as of any other, and the client an answer in which they were run. Where the model calls a tool of
 * the client's as well, that comes first: the others are left out, and the model may ask again once it has the result.
 */
export function withHosted(run: Run, tools: readonly HostedTool[], signal: AbortSignal): Run {
  return async function* ({ hosted: _offered, ...prompt }) {
    const meters = new Map(tools.map((tool) => [nameFor(tool.definition, prompt.tools), { tool, left: tool.maxUses }]))
    const definitions = Array.from(meters, ([name, { tool }]) => ({ ...tool.definition, name }))
    const uses: HostedUse[] = []
    let asked: Prompt = { ...prompt, tools: [...prompt.tools, ...definitions] }
    let usage: Usage | undefined
    for (;;) {
      const round = new Round(new Set(meters.keys()))
      let finish: Extract<AnswerEvent, { type: 'finish' }> | undefined
      for await (const event of run(asked)) {
        if (event.type === 'finish') finish = event
        else yield* round.hear(event)
      }
      if (finish === undefined) return
      usage = addUsage(usage, finish.usage)
      const calls = round.hostedCalls()
      if (calls.length === 0 || round.callsClient || finish.reason === 'length' || finish.reason === 'content-filter') {
        yield { ...finish, usage }
        return
      }
      const results: Message[] = []
      for (const call of calls) {
        const meter = meters.get(call.name)!
        const outcome = await meter.tool.use(call, { id: `${uses.length}`, allowed: meter.left-- > 0, messages: prompt.messages, uses, signal })
        uses.push(outcome.use)
        yield { type: 'hosted', use: outcome.use }
        results.push(resultMessage(call, outcome))
      }
      // Whoever asks for more than it may have answers with what it has; a call is demanded once.
      const left = Array.from(meters.values(), (meter) => meter.left)
      const isOver = left.every((uses) => uses < 0) || left.some((uses) => uses <= -MAX_EXCESS)
      asked = { ...asked, toolChoice: { type: isOver ? 'none' : 'auto' }, messages: [...asked.messages, round.message(), ...results] }
    }
  }
}

/** Another where a tool of the client's has it. */
function nameFor({ name }: Tool, others: readonly Tool[]): string {
  return others.some((other) => other.name === name) ? `bridge_${name}` : name
}

/** What a model says until it asks for something. */
class Round {
  /** Names of the tools that the bridge runs. */
  readonly #hosted: ReadonlySet<string>
  readonly #parts = new AnswerParts()
  /** The numbers of the client's calls, by those that the model gave. */
  readonly #calls = new Map<number, number>()

  constructor(hosted: ReadonlySet<string>) {
    this.#hosted = hosted
  }

  get callsClient(): boolean {
    return this.#calls.size > 0
  }

  /** @returns what of it the client hears */
  hear(event: Exclude<AnswerEvent, { type: 'finish' }>): AnswerEvent[] {
    if (event.type === 'retry') return [event]
    if (event.type === 'logprobs') return [event]
    this.#parts.add(event)
    if (event.type === 'tool-call-start') {
      if (this.#hosted.has(event.name)) return []
      this.#calls.set(event.index, this.#calls.size)
    }
    if (!('index' in event)) return [event]
    const index = this.#calls.get(event.index)
    return index === undefined ? [] : [{ ...event, index }]
  }

  hostedCalls(): CallPart[] {
    return this.#parts.parts().filter((part) => part.type === 'tool-call' && this.#hosted.has(part.name)) as CallPart[]
  }

  message(): Message {
    return messageOf({ parts: this.#parts.parts() })
  }
}
