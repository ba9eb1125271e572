import { addExtras } from '../call-extras.ts'
import { type Command, MAX_BACKLOG, NOT_LEARNED, TOO_SLOW } from '../contract.ts'
import { send, sendBytes } from '../output.ts'
import { Backlog } from './backlog.ts'
import { CallLimits } from './call-limits.ts'
import type { Forms } from './forms.ts'
import { readBody } from './node-body.ts'
import type { CallFetch } from './opencode-thread.ts'
import { type CallRecipe, toThreadError } from './thread-protocol.ts'

export type CallCommand = Extract<Command, { type: 'call' }>

/** Names of headers whose values are lists, to which a caller's are added. */
const LISTS: ReadonlySet<string> = new Set(['anthropic-beta', 'openai-beta'])

export interface CallWays {
  forms: Pick<Forms, 'get' | 'refused'>
  fetchOf(recipe: CallRecipe): CallFetch
}

/** One call to a provider, from its command to its `done` frame: the body goes out and the answer comes back as they are. */
export class ProviderCall {
  readonly #command: CallCommand
  readonly #body: string
  readonly #ways: CallWays
  readonly #stop = new AbortController()
  #alive: NodeJS.Timeout | undefined
  readonly #backlog: Backlog

  constructor(command: CallCommand, body: string, ways: CallWays) {
    this.#command = command
    this.#body = body
    this.#ways = ways
    this.#backlog = new Backlog((bytes) => sendBytes(command.id, bytes))
  }

  /** Resolves when it is over, however it ended. */
  async run(): Promise<void> {
    const { id } = this.#command
    this.#alive = setInterval(() => send({ request: id, type: 'alive' }), 1000)
    try {
      await this.#answer()
    } catch (error) {
      if (!this.#stop.signal.aborted) send({ request: id, type: 'error', error: toThreadError(error) })
    } finally {
      clearInterval(this.#alive)
      send({ request: id, type: 'done' })
    }
  }

  /** Ends it, and with it the connection to the provider. */
  abort(): void {
    this.#stop.abort()
    this.#backlog.close()
  }

  credit(bytes: number): void {
    this.#backlog.credit(bytes)
  }

  async #answer(): Promise<void> {
    const { id, model, stream, extras } = this.#command
    const { forms, fetchOf } = this.#ways
    const { recipe, told } = await forms.get(model)
    if (!recipe) throw new NotLearnedError(`opencode cannot be asked how it calls this model: ${told.why}`)
    const url = stream ? recipe.url : recipe.url.replace(':streamGenerateContent?alt=sse', ':generateContent')
    const limits = new CallLimits(recipe.timeouts, this.#stop.signal)
    try {
      const call = addExtras({ url, headers: this.#headers(recipe) }, extras)
      const response = await fetchOf(recipe)(call.url, {
        method: 'POST',
        headers: call.headers,
        body: this.#body,
        signal: limits.signal,
        ...(extras && { redirect: 'manual' }),
      })
      limits.came()
      if (response.status === 401 || response.status === 403) forms.refused(model)
      send({ request: id, type: 'head', status: response.status, headers: Object.fromEntries(response.headers) })
      if (response.body) await this.#pass(response.body, limits)
    } catch (error) {
      throw limits.explain(error)
    } finally {
      limits.end()
    }
  }

  /** Reads on while the daemon is slow, because Bun would, unseen and without end. */
  async #pass(body: ReadableStream<Uint8Array>, limits: CallLimits): Promise<void> {
    const { ended } = readBody(body, (bytes) => {
      if (this.#stop.signal.aborted) return
      limits.came()
      this.#backlog.add(bytes)
      if (this.#backlog.waiting <= MAX_BACKLOG) return
      const error = new TooSlowError(`took its answer more slowly than it came, and ${MAX_BACKLOG / 1024 ** 2} MB of it were waiting`)
      limits.abort(error)
      throw error
    })
    await ended
    if (!this.#stop.signal.aborted) await this.#backlog.drained()
  }

  #headers({ headers, session, message }: CallRecipe): Headers {
    const { conversation, headers: own } = this.#command
    // A message of opencode's has an id of its own; here each call is one.
    const unique = `msg_${crypto.randomUUID().replaceAll('-', '').slice(0, 26)}`
    const all = new Headers(headers.map(([name, value]): [string, string] => [name, value.replaceAll(session, conversation).replaceAll(message, unique)]))
    for (const [name, value] of Object.entries(own)) {
      const known = LISTS.has(name) ? all.get(name) : null
      all.set(name, known === null ? value : [...new Set(`${known},${value}`.split(',').map((item) => item.trim()))].join(','))
    }
    all.set('content-type', 'application/json')
    return all
  }
}

class NotLearnedError extends Error {
  override readonly name = NOT_LEARNED
}

class TooSlowError extends Error {
  override readonly name = TOO_SLOW
}
