import type { Embedder, EmbeddingAnswer, Embedders, EmbeddingRequest } from '../core/embedding.ts'
import { BridgeError, cancelledError, toBridgeError } from '../core/errors.ts'
import type { ModelNames } from '../models/names.ts'
import type { OpenRecord } from '../records/open-record.ts'
import type { Redactor } from '../redaction/redactor.ts'
import { toProviderError } from '../wires/shared/provider-error.ts'
import type { Permit } from './permit.ts'

/** In most languages, and then some. */
const CHARACTERS_PER_TOKEN = 3

export interface EmbeddingQuestion {
  /** As the client named the model, if it did. */
  model: string | undefined
  request: EmbeddingRequest
  record: OpenRecord
  /** What its client may ask; absent where there are no limits. */
  permit?: Permit
  signal: AbortSignal
}

/** Asks the providers of the configuration for embeddings; it keeps the books of that as of any other request. */
export class EmbeddingExchange {
  readonly #embedders: Embedders
  readonly #names: () => ModelNames
  readonly #redactor: Redactor | undefined

  /** @param redactor of the texts that are sent, too */
  constructor(embedders: Embedders, names: () => ModelNames, redactor?: Redactor) {
    this.#embedders = embedders
    this.#names = names
    this.#redactor = redactor
  }

  /** @throws BridgeError 400 where no provider has them, else the provider's error */
  async embed({ model: named, request, record, permit, signal }: EmbeddingQuestion): Promise<EmbeddingAnswer> {
    record.modelAsked = named
    const { provider, model, embedder } = this.#find(named ?? '')
    const asked = { id: `${provider}/${model}`, provider }
    permit?.check(asked.id)
    await permit?.admit([{ ...asked, maxOutputTokens: 0 }], () => ({ choices: 1, input: tokensOf(request), output: 0 }))
    record.ask(asked)
    const attempt = record.attempt(asked)
    const call = attempt.call()
    try {
      const redacted = await this.#redactor?.redact(request)
      if (redacted) call.redact(redacted.count)
      const reply = await embedder.embed(model, redacted?.value ?? request, signal)
      if (reply.status >= 400) {
        call.refuse()
        throw toProviderError({ status: reply.status, headers: reply.headers, body: reply.text }).with({ answer: { headers: reply.headers } })
      }
      if (reply.answer === undefined) throw noEmbeddings(asked.id, reply.status)
      call.finish(reply.answer.usage)
      record.finish()
      return reply.answer
    } catch (thrown) {
      const error = signal.aborted ? cancelledError() : toBridgeError(thrown)
      attempt.fail(error)
      record.fail(error)
      throw error
    } finally {
      call.end()
    }
  }

  /** By the name of its block, by an alias, or by the name of a model where that leaves one provider only. */
  #find(named: string): { provider: string; model: string; embedder: Embedder } {
    const { aliases, models } = this.#names()
    for (const name of Object.hasOwn(aliases, named) ? aliases[named]! : [named]) {
      const slash = name.indexOf('/')
      const provider = name.slice(0, Math.max(slash, 0))
      const embedder = this.#embedders.get(provider)
      if (embedder) return { provider, model: name.slice(slash + 1), embedder }
      // Somebody else's model, and not the name of one with a slash in it.
      if (name === '' || models.some((model) => model.provider === provider)) continue
      const listing = [...this.#embedders].filter(([, candidate]) => candidate.lists(name))
      const [only, ...others] = listing.length > 0 ? listing : this.#embedders
      if (only && others.length > 0)
        throw ambiguous(
          name,
          [only, ...others].map(([id]) => id),
        )
      if (only) return { provider: only[0], model: name, embedder: only[1] }
    }
    throw notOffered(named)
  }
}

/** About so many. */
function tokensOf({ input }: EmbeddingRequest): number {
  return input.reduce((sum, text) => sum + (typeof text === 'string' ? Math.ceil(text.length / CHARACTERS_PER_TOKEN) : text.length), 0)
}

function notOffered(name: string): BridgeError {
  return new BridgeError(
    `The bridge does not offer embeddings${name === '' ? '' : ` of '${shorten(name)}'`}: GitHub Copilot and the other logins of opencode have none ` +
      "that it can reach. Name a model of a [provider.<name>] block whose server has them, as '<name>/<model>'.",
    { code: 'unsupported_operation', status: 400, param: 'model' },
  )
}

function ambiguous(name: string, providers: readonly string[]): BridgeError {
  const names = providers.map((id) => `'${id}/${shorten(name)}'`).join(' or ')
  return new BridgeError(`The model '${shorten(name)}' is ambiguous: use ${names}.`, { code: 'invalid_value', status: 400, param: 'model' })
}

function noEmbeddings(model: string, status: number): BridgeError {
  return new BridgeError(`The server of ${shorten(model)} answered HTTP ${status} without an embedding for each text. Does it have embeddings?`, {
    code: 'upstream_error',
    status: 502,
  })
}

function shorten(name: string): string {
  return name.length > 100 ? `${name.slice(0, 100)}…` : name
}
