import type { MessagePort } from 'node:worker_threads'
import type { ModelRef } from '../contract.ts'
import {
  type AnswerHead,
  type CallRecipe,
  type FromCalls,
  fromThreadError,
  headOf,
  type Learned,
  type LoginRef,
  type OutgoingCall,
  type ToCalls,
  toThreadError,
} from './thread-protocol.ts'

/** A `fetch` for a call whose body is text. */
export type CallFetch = (url: string, init: CallInit) => Promise<Response>

export interface CallInit {
  method: 'POST'
  headers: Headers
  body: string
  signal: AbortSignal
  /** `manual` where the call has a secret of the daemon's, which no other address is to get. */
  redirect?: 'manual'
}

/** What opencode's thread is asked for by that of calls: it has the logins, and knows how opencode calls a provider. */
export class OpencodeThread {
  readonly #port: MessagePort
  readonly #listeners = new Map<number, (reply: ToCalls) => void>()
  #count = 0

  constructor(port: MessagePort) {
    this.#port = port
    port.on('message', (reply: ToCalls) => this.#listeners.get(reply.id)?.(reply))
  }

  tell(message: FromCalls): void {
    // A window's needs an origin, a thread's has none.
    // oxlint-disable-next-line unicorn/require-post-message-target-origin
    this.#port.postMessage(message)
  }

  learn(model: ModelRef, generation: number): Promise<Learned> {
    const id = this.#count++
    return new Promise((resolve) => {
      this.#listeners.set(id, (reply) => {
        if (reply.type !== 'learned') return
        this.#listeners.delete(id)
        resolve({ told: reply.told, recipe: reply.recipe })
      })
      this.tell({ type: 'learn', id, model, generation })
    })
  }

  /** The `fetch` that a model's calls go through: the login's own, if it has one. */
  fetchOf({ login }: CallRecipe): CallFetch {
    if (login === undefined) return plainFetch
    return (url, init) => this.#throughLogin(login, url, init)
  }

  /** The login adds what it has to a call in its own thread; the call itself is made here wherever that is the same. */
  #throughLogin(login: LoginRef, url: string, { headers, body, signal }: CallInit): Promise<Response> {
    const id = this.#count++
    return new Promise((resolve, reject) => {
      let pieces: ReadableStreamDefaultController<Uint8Array> | undefined
      const end = (): void => {
        this.#listeners.delete(id)
        signal.removeEventListener('abort', abandon)
      }
      const fail = (error: unknown): void => {
        end()
        pieces?.error(error)
        reject(error as Error)
      }
      const abandon = (): void => {
        fail(signal.reason)
        this.tell({ type: 'abandon', id })
      }
      if (signal.aborted) return reject(signal.reason as Error)
      signal.addEventListener('abort', abandon)
      this.#listeners.set(id, (reply) => {
        switch (reply.type) {
          case 'send':
            return void this.#send(id, reply.call, signal).then((response) => {
              // Of an error the login may think again.
              if (response === undefined) return
              end()
              resolve(response)
            })
          case 'head':
            return resolve(
              toResponse(
                reply.head,
                (controller) => (pieces = controller),
                () => !signal.aborted && abandon(),
              ),
            )
          case 'piece':
            return pieces?.enqueue(reply.bytes)
          case 'end':
            end()
            return pieces?.close()
          case 'failed':
            return fail(fromThreadError(reply.error))
        }
      })
      this.tell({ type: 'login', id, login, call: { url, headers: [...headers], body } })
    })
  }

  /** Makes a call that a login wants made, and tells it what came; returns an answer that the login would hand on. */
  async #send(id: number, { url, headers, body }: OutgoingCall, signal: AbortSignal): Promise<Response | undefined> {
    try {
      const response = await plainFetch(url, { method: 'POST', headers: new Headers(headers), body, signal })
      this.tell({ type: 'answered', id, head: headOf(response), text: response.ok ? undefined : await response.text() })
      return response.ok ? response : undefined
    } catch (error) {
      if (!signal.aborted) this.tell({ type: 'unanswered', id, error: toThreadError(error) })
      return undefined
    }
  }
}

/** Bun's own limit of five minutes is not the user's. */
export const plainFetch: CallFetch = (url, init) => fetch(url, { ...init, timeout: false } as RequestInit)

function toResponse(
  { status, statusText, headers }: AnswerHead,
  onStart: (controller: ReadableStreamDefaultController<Uint8Array>) => void,
  onCancel: () => void,
): Response {
  const body = new ReadableStream<Uint8Array>({ start: onStart, cancel: onCancel })
  return new Response(body, { status, statusText, headers })
}
