import { setTimeout as sleep } from 'node:timers/promises'
import { chunkFrame } from '../../src/demo/model-server.ts'
import { type Gate, gate } from './gate.ts'
import { fail, type Script } from './upstream.ts'

/** What the provider is to do with a request, by the word in its mark. */
export const KINDS = ['text', 'thinking', 'tool', 'choices', 'cancelled', 'refused', 'retried', 'fallback', 'broken'] as const
export type Kind = (typeof KINDS)[number]

/** Tokens as the ledger's rows name them. */
export interface Tokens {
  input_tokens: number
  cached_input_tokens: number
  output_tokens: number
  reasoning_tokens: number
}

/** What a provider knows of one request to the bridge. */
export interface Account {
  calls: number
  /** Calls that it refused, and calls whose answer never got to its end: neither has a usage. */
  refused: number
  cut: number
  /** Of the calls whose usage it told. */
  told: Tokens
}

export const NO_TOKENS: Tokens = { input_tokens: 0, cached_input_tokens: 0, output_tokens: 0, reasoning_tokens: 0 }

/** Stands in the prompt of a request, so that the provider knows it in whatever format it comes. */
export const markOf = (number: number, kind: Kind) => `[[${number} ${kind}]]`

/** The usage of each call for a request: of no other it is the same. */
export function usageOf(number: number): Tokens {
  return { input_tokens: 1000 + number, cached_input_tokens: 1 + number, output_tokens: 100 + (number % 700), reasoning_tokens: 1 + (number % 99) }
}

/** Holds answers back before they tell what they used. */
export class TellingGate {
  #gate: Gate | undefined

  close(): void {
    this.#gate = gate()
  }

  open(): void {
    this.#gate?.open()
  }

  async pass(): Promise<void> {
    await this.#gate?.opened
  }
}

/** A provider that keeps accounts of its own: the model `down` refuses everything. */
export function billingProvider(accounts: Map<number, Account>, telling = new TellingGate()): Script {
  return async (call, calls) => {
    const [, digits, word] = /\[\[(\d+) (\w+)\]\]/.exec(call.text) ?? []
    const number = Number(digits)
    const kind = word as Kind
    const account = accounts.get(number) ?? { calls: 0, refused: 0, cut: 0, told: NO_TOKENS }
    accounts.set(number, account)
    account.calls++
    const refusal = refusalOf(kind, call.body.model, account.calls)
    if (refusal !== undefined) {
      account.refused++
      return fail(refusal)(call, calls)
    }
    const { response, body, signal } = call
    const write = (delta: object) => response.write(chunkFrame(body.model, { delta: delta as Record<string, unknown> }))
    response.writeHead(200, { 'content-type': 'text/event-stream' })
    for (const delta of DELTAS[kind] ?? DELTAS.text!) {
      write(delta)
      await sleep(5)
    }
    if (kind === 'cancelled') await new Promise<void>((resolve) => (signal.aborted ? resolve() : signal.addEventListener('abort', () => resolve())))
    await telling.pass()
    if (signal.aborted || kind === 'broken') {
      account.cut++
      response.end(
        kind === 'broken'
          ? `data: ${JSON.stringify({ error: { message: 'The model fell over.', type: 'server_error', param: null, code: 'server_error' } })}\n\n`
          : undefined,
      )
      return
    }
    const tokens = usageOf(number)
    account.told = addTokens(account.told, tokens)
    response.write(chunkFrame(body.model, { finishReason: kind === 'tool' ? 'tool_calls' : 'stop', usage: toUsage(tokens) }))
    response.end('data: [DONE]\n\n')
  }
}

export function addTokens(one: Tokens, other: Tokens): Tokens {
  return {
    input_tokens: one.input_tokens + other.input_tokens,
    cached_input_tokens: one.cached_input_tokens + other.cached_input_tokens,
    output_tokens: one.output_tokens + other.output_tokens,
    reasoning_tokens: one.reasoning_tokens + other.reasoning_tokens,
  }
}

const SAID = [{ role: 'assistant', content: 'One ' }, { content: 'by ' }, { content: 'one.' }]
const DELTAS: Partial<Record<Kind, object[]>> = {
  text: SAID,
  thinking: [{ role: 'assistant', reasoning_content: 'Let me ' }, { reasoning_content: 'think.' }, { content: 'Done.' }],
  tool: [
    { role: 'assistant', tool_calls: [{ index: 0, id: 'call_1', type: 'function', function: { name: 'weather', arguments: '' } }] },
    { tool_calls: [{ index: 0, function: { arguments: '{"city":"Paris"}' } }] },
  ],
}

/** The status of what is refused; undefined where it is answered. */
function refusalOf(kind: Kind, model: string, calls: number): number | undefined {
  if (model === 'down') return 503
  if (kind === 'refused') return 400
  return kind === 'retried' && calls === 1 ? 503 : undefined
}

function toUsage({ input_tokens, cached_input_tokens, output_tokens, reasoning_tokens }: Tokens): Record<string, unknown> {
  return {
    prompt_tokens: input_tokens,
    completion_tokens: output_tokens,
    total_tokens: input_tokens + output_tokens,
    prompt_tokens_details: { cached_tokens: cached_input_tokens },
    completion_tokens_details: { reasoning_tokens },
  }
}
