import type { RequestNews } from './contract.ts'

interface Call {
  id: string
  name: string
  /** Argument text that was heard and not sent yet. */
  pending: string
  /** Whether any of it came from the provider's stream. */
  heard: boolean
  open: boolean
}

/**
 * Joins two views of the same tool calls: the provider's stream, which has the arguments as they are written, and
 * opencode's events, which come in order with the text. A call is told once opencode has announced it, so that no
 * text that came before it is told after it.
 */
export class ToolCalls {
  readonly #send: (news: RequestNews) => void
  readonly #heard = new Map<string, Call>()
  readonly #calls: Call[] = []

  constructor(send: (news: RequestNews) => void) {
    this.#send = send
  }

  /** The provider's stream began a call. */
  start(key: string, id: string, name: string): void {
    if (this.#heard.has(key)) return
    const call = { id, name, pending: '', heard: true, open: false }
    this.#heard.set(key, call)
    this.#calls.push(call)
  }

  /** The provider's stream brought text of a call's arguments. */
  delta(key: string, text: string): void {
    const call = this.#heard.get(key)
    if (!call) return
    call.pending += text
    this.#flush(call)
  }

  /** opencode announced a call. */
  announce(id: string, name: string): void {
    this.#open(this.#find(id, name))
  }

  /** opencode has the whole call; its arguments count only where the provider's stream could not be read. */
  complete(id: string, name: string, input: unknown): void {
    const call = this.#find(id, name)
    if (!call.heard) call.pending = JSON.stringify(input)
    call.heard = true
    this.#open(call)
  }

  /** The answer is over: what opencode never announced, such as a call that it could not read, is told as it came. */
  end(): void {
    for (const call of this.#calls) this.#open(call)
  }

  #find(id: string, name: string): Call {
    const known = this.#calls.find((call) => call.id === id) ?? this.#calls.find((call) => call.id === '' && !call.open)
    if (known) {
      // A provider that numbers its calls only has ids made up by opencode.
      known.id ||= id
      return known
    }
    const call = { id, name, pending: '', heard: false, open: false }
    this.#calls.push(call)
    return call
  }

  #open(call: Call): void {
    if (!call.open) this.#send({ type: 'tool-start', id: call.id, name: call.name })
    call.open = true
    this.#flush(call)
  }

  #flush(call: Call): void {
    if (!call.open || call.pending === '') return
    this.#send({ type: 'tool-delta', id: call.id, arguments: call.pending })
    call.pending = ''
  }
}
