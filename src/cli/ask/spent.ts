import type { ChatUsage } from '../daemon/chat-api.ts'
import { formatDuration } from '../terminal/format.ts'
import { formatCost } from '../../core/money.ts'

/** What answers took together. */
export class Spent {
  #input = 0
  #output = 0
  #cached = 0
  #reasoning = 0
  #cost = 0
  /** Answers of which nobody knows the cost, or the tokens. */
  #unpriced = 0
  #uncounted = 0
  #answers = 0

  add(usage: ChatUsage | undefined): void {
    this.#answers++
    if (usage?.prompt_tokens === undefined) this.#uncounted++
    this.#input += usage?.prompt_tokens ?? 0
    this.#output += usage?.completion_tokens ?? 0
    this.#cached += usage?.prompt_tokens_details?.cached_tokens ?? 0
    this.#reasoning += usage?.completion_tokens_details?.reasoning_tokens ?? 0
    const cost = usage?.cost == null ? Number.NaN : Number(usage.cost)
    if (Number.isNaN(cost)) this.#unpriced++
    else this.#cost += cost
  }

  /** For people, in one line: `9 tokens in, 13 out, cost unknown`. */
  inWords(): string {
    const input = `${count(this.#input)} tokens in${this.#cached > 0 ? ` (${count(this.#cached)} cached)` : ''}`
    const output = `${count(this.#output)} out${this.#reasoning > 0 ? ` (${count(this.#reasoning)} of thinking)` : ''}`
    if (this.#answers === 0) return 'nothing was asked yet'
    if (this.#uncounted === this.#answers) return 'tokens unknown, cost unknown'
    return `${input}, ${output}, ${this.#costInWords()}`
  }

  #costInWords(): string {
    if (this.#unpriced === this.#answers) return 'cost unknown'
    return `$${formatCost(String(this.#cost))}${this.#unpriced > 0 ? ` + ${this.#unpriced} of unknown cost` : ''}`
  }
}

/** One answer with its time in milliseconds, and until its first word. */
export function usageLine(model: string | undefined, usage: ChatUsage | undefined, time: number, first: number | undefined): string {
  const spent = new Spent()
  spent.add(usage)
  const begun = first === undefined ? '' : ` (first word after ${formatDuration(first)})`
  return `${model === undefined ? '' : `${model}: `}${spent.inWords()}, ${formatDuration(time)}${begun}`
}

function count(tokens: number): string {
  return tokens.toLocaleString('en')
}
