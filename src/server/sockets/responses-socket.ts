import { createParser } from 'eventsource-parser'
import { BridgeError, toBridgeError } from '../../core/errors.ts'
import { editJson } from '../../exchange/edit-json.ts'
import { encodeOpenAIError } from '../../protocols/openai-error.ts'
import type { BodyBudget } from '../body-budget.ts'
import { parseJsonText } from '../json-body.ts'
import { noMemory } from '../upload.ts'
import type { SocketMemory } from './socket-memory.ts'

/** What a turn of a socket knows beyond its body; in the context of the request that it becomes. */
export interface SocketTurn {
  memory: SocketMemory
  /** Whether the response is only to be gone on with later, and no model to be asked. */
  prepares: boolean
}

export interface SocketEnd {
  /** Puts a body to `POST /v1/responses`, as the client of the socket. */
  ask(body: string, turn: SocketTurn, signal: AbortSignal): Promise<Response>
  send(text: string): void
  /** Resolves when the client has taken most of what was sent. */
  drained(): Promise<void>
  close(): void
}

export interface ResponsesSocketOptions {
  end: SocketEnd
  memory: SocketMemory
  /** For turns that wait. */
  bodies: BodyBudget
}

/** A client that sends turns without waiting for their answers gets them one after the other; more than these are refused. */
const MAX_WAITING = 16

/** Of headers that clients know what to do with. */
const TOLD_HEADERS = ['retry-after', 'retry-after-ms', 'x-request-id', 'x-should-retry']

/**
 * OpenAI's Responses over a socket: each `response.create` is a request of its own, its events come as frames, what fails
 * before them as an event `error` with a status.
 * @see https://platform.openai.com/docs/guides/websocket-mode
 */
export class ResponsesSocket {
  readonly #options: ResponsesSocketOptions
  readonly #closed = new AbortController()
  #turns = Promise.resolve()
  #waiting = 0
  #draining = false

  constructor(options: ResponsesSocketOptions) {
    this.#options = options
  }

  /** Takes a frame of the client's. */
  receive(text: string): void {
    if (this.#waiting >= MAX_WAITING) {
      this.#fail(new BridgeError('Too many turns wait on this socket; send the next one after an answer.', { code: 'bridge_overloaded', status: 429 }))
      return
    }
    const hold = this.#options.bodies.open()
    if (!hold.add(text.length)) return this.#fail(noMemory())
    this.#waiting++
    this.#turns = this.#turns
      .then(() => {
        // From here on the request itself holds its body.
        hold.release()
        return this.#turn(text)
      })
      .finally(() => {
        this.#waiting--
        if (this.#draining) this.drain()
      })
  }

  /** The client is gone: what runs for it ends, and what was kept for it goes. */
  closed(): void {
    this.#closed.abort()
    this.#options.memory.clear()
  }

  /** Closes the socket as soon as nothing runs on it. */
  drain(): void {
    this.#draining = true
    if (this.#waiting === 0) this.#options.end.close()
  }

  async #turn(text: string): Promise<void> {
    const { signal } = this.#closed
    if (signal.aborted) return
    const { end, memory } = this.#options
    try {
      const { body, prepares } = readFrame(text)
      const response = await end.ask(body, { memory, prepares }, signal)
      if (response.ok) await this.#tell(response)
      else this.#send({ type: 'error', status: response.status, error: errorIn(await response.json()), headers: headersOf(response) })
    } catch (error) {
      // Nobody is left to hear of it.
      if (!signal.aborted) this.#fail(toBridgeError(error))
    }
  }

  /** Hands the events of a stream on, each as it was written. */
  async #tell({ body }: Response): Promise<void> {
    const { end } = this.#options
    const parser = createParser({ onEvent: ({ data }) => void (data === '[DONE]' || end.send(data)) })
    const decoder = new TextDecoder()
    const reader = body!.getReader()
    const leave = () => void reader.cancel().catch(() => {})
    this.#closed.signal.addEventListener('abort', leave, { once: true })
    try {
      for (let piece = await reader.read(); !piece.done; piece = await reader.read()) {
        parser.feed(decoder.decode(piece.value, { stream: true }))
        await end.drained()
      }
      // Some providers leave the last empty line out.
      parser.feed('\n\n')
    } finally {
      this.#closed.signal.removeEventListener('abort', leave)
    }
  }

  #fail(error: BridgeError): void {
    this.#send({ type: 'error', status: error.status, ...encodeOpenAIError(error) })
  }

  #send(event: object): void {
    this.#options.end.send(JSON.stringify(event))
  }
}

/** @throws BridgeError 400 for what is no `response.create` */
function readFrame(text: string): { body: string; prepares: boolean } {
  const { body } = parseJsonText(text)
  if (body.type !== 'response.create') {
    throw new BridgeError("Invalid value for 'type': expected 'response.create'.", { code: 'invalid_value', status: 400, param: 'type' })
  }
  return { body: editJson(text, { type: undefined, generate: undefined, stream: true }), prepares: body.generate === false }
}

function errorIn(answer: unknown): unknown {
  return (answer as { error?: unknown } | null)?.error
}

function headersOf({ headers }: Response): Record<string, string> {
  return Object.fromEntries(TOLD_HEADERS.flatMap((name) => (headers.has(name) ? [[name, headers.get(name)!]] : [])))
}
