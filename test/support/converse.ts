import { type Bridge, type BridgeOptions, startBridge } from './bridge.ts'
import { until } from './until.ts'
import { type Script, stream } from './upstream.ts'

/** What a model that holds a conversation does; it looks only at what it is sent, as a model does. */
export interface Conversation {
  /** Tool calls, turn by turn: a request whose history has `n` turns of calls gets the calls of `turns[n]`. */
  turns?: { name: string; arguments: object }[][]
  /** What it thinks before each answer. */
  reasoning?: string
  /** Its answer where a `response_format` asks for JSON. */
  json?: object
  /** Its answer otherwise; by default it repeats the results of the tools. */
  text?: string
  /** Milliseconds between two pieces; without them, opencode may see several at once, and so may the client. */
  delay?: number
}

/** A script of such a model; it answers in pieces, and calls nothing unless it was given tools. */
export function converse({ turns = [], reasoning, json, text, delay = 0 }: Conversation): Script {
  return (call, number) => {
    const { messages, tools, response_format } = call.body
    const thought = reasoning === undefined ? [] : pieces(reasoning).map((reasoning_content) => ({ reasoning_content }))
    const turn = messages.filter((message: any) => message.tool_calls).length
    const calls = tools === undefined ? undefined : turns[turn]
    if (calls !== undefined) {
      const deltas = calls.flatMap((made, index) => [
        { tool_calls: [{ index, id: `call_${turn}_${index}`, type: 'function', function: { name: made.name, arguments: '' } }] },
        ...pieces(JSON.stringify(made.arguments)).map((args) => ({ tool_calls: [{ index, function: { arguments: args } }] })),
      ])
      return stream([...thought, ...deltas], { delay, finishReason: 'tool_calls' })(call, number)
    }
    const results = messages.flatMap((message: any) => (message.role === 'tool' ? [textOf(message.content)] : [])).join(', ')
    const answer = response_format !== undefined && json !== undefined ? JSON.stringify(json) : (text ?? `It is ${results}.`)
    return stream([...thought, ...pieces(answer).map((content) => ({ content }))], { delay })(call, number)
  }
}

/** Of a text, or of parts, as some clients write a result. */
function textOf(content: string | { text?: string }[]): string {
  return typeof content === 'string' ? content : content.map(({ text = '' }) => text).join('')
}

function pieces(text: string): string[] {
  return text.match(/[^]{1,5}/g) ?? []
}

/**
 * A bridge for the tests of clients. What they see does not depend on the engine, so the quick one is the default;
 * `TEST_ENGINE=run` runs the same tests on a process for each request, of 3 CPU seconds.
 */
export function startClientBridge(options: BridgeOptions = {}): ReturnType<typeof startBridge> {
  const engine = process.env.TEST_ENGINE === 'run' ? 'run' : 'serve'
  return startBridge({ warm: 0, ...options, config: { engine, maxRetries: 0, ...options.config } })
}

/** Waits until the first call to the provider was ended by its caller. */
export function untilHungUp({ upstream }: Bridge): Promise<void> {
  return until(() => upstream.calls[0]?.hungUpAt !== undefined)
}
