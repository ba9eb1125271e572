import type { Token } from '../../core/prompt.ts'
import type { SearchHit } from '../../core/search.ts'
import type { EncodedEvent } from '../protocol.ts'
import { type TokenPlace, wrapToken } from '../token-envelope.ts'
import { type CallIdentity, type CallStream, CustomCallStream, FunctionCallStream, SearchCallStream } from './call-stream.ts'
import type { OfferedTool } from './decode-tools.ts'
import type { KeptItem } from './memory.ts'
import { MessageStream } from './message-stream.ts'
import { OutputQueue } from './output-queue.ts'
import { SearchStream } from './search-stream.ts'
import { ReasoningStream } from './reasoning-stream.ts'
import type { ItemPlace, OutputItem } from './streamed-item.ts'
import type { EventBody, FinalStatus, JsonItem, JsonLogprob } from './shapes.ts'

/** The id of an item of OpenAI's that can be one of ours. */
const REASONING_ID = /^rs_[\w-]{1,120}$/

export interface OutputOptions {
  /** The client's tools, for calls to be told by the names that it knows. */
  offered: readonly OfferedTool[]
  /** Whether the client wants encrypted content. */
  showTokens: boolean
  /** Whether there need be no item at all, as no model was asked. */
  mayBeEmpty?: boolean
}

/** Turns the events of an answer into the items of an output, and into the events that tell of them. */
export class OutputStream {
  readonly #idSuffix: string
  readonly #options: OutputOptions
  readonly #queue = new OutputQueue()
  readonly #calls: { stream: CallStream; id: string }[] = []
  /** Tokens of texts and calls, whose items have no field for them, of a client that wants none. */
  readonly #unseen = new Map<string, string>()
  /** Probabilities whose text has not come yet. */
  #logprobs: JsonLogprob[] = []
  /** What searches have found. */
  readonly #hits: SearchHit[] = []
  #answered = false
  #hasTokens = false

  constructor(responseId: string, options: OutputOptions) {
    this.#idSuffix = responseId.replace(/^resp_/, '')
    this.#options = options
  }

  push(event: Exclude<EncodedEvent, { type: 'finish' }>): EventBody[] {
    switch (event.type) {
      case 'text-delta':
        return event.text === '' ? [] : this.#say((item) => item.text(event.text, this.#logprobs.splice(0)))
      case 'refusal-delta':
        return event.text === '' ? [] : this.#say((item) => item.refusal(event.text))
      case 'reasoning-delta':
        return event.text === '' ? [] : this.#reasoning(event.text)
      case 'part-token':
        return this.#token(event)
      case 'tool-call-start':
        return this.#startCall(event)
      case 'tool-call-delta': {
        const call = this.#calls[event.index]!.stream
        return event.arguments === '' ? [] : this.#queue.tell(call, call.arguments(event.arguments))
      }
      case 'hosted':
        // No client of this format can have asked for a page.
        if (event.use.kind === 'fetch') return []
        this.#hits.push(...event.use.hits)
        return this.#queue.begin(new SearchStream(this.#place('ws'), event.use))
      case 'logprobs':
        this.#logprobs.push(...event.content.map(encodeLogprob))
        return []
    }
  }

  /** Ends the output; one that is complete says something, if only nothing. */
  end(status: FinalStatus): EventBody[] {
    const opening = this.#answered || status === 'incomplete' || this.#options.mayBeEmpty ? [] : this.#message().opening
    const { newest } = this.#queue
    if (newest instanceof MessageStream) newest.addLogprobs(this.#logprobs.splice(0))
    return [...opening, ...this.#queue.end(status)]
  }

  /** The items so far; those that were not closed are incomplete. */
  items(): JsonItem[] {
    return this.#queue.snapshot()
  }

  /** The same with all tokens, for a later request to go on with; undefined where the client has them. */
  kept(): KeptItem[] | undefined {
    if (this.#options.showTokens || !this.#hasTokens) return undefined
    return this.#queue.kept().map((item) => {
      const token = this.#unseen.get(item.id)
      return token === undefined ? item : { ...item, token }
    })
  }

  #say(write: (item: MessageStream) => EventBody[]): EventBody[] {
    const { item, opening } = this.#message()
    return [...opening, ...this.#queue.tell(item, write(item))]
  }

  #message(): { item: MessageStream; opening: EventBody[] } {
    this.#answered = true
    const { newest } = this.#queue
    if (newest instanceof MessageStream && !newest.ended) return { item: newest, opening: [] }
    const item = new MessageStream(this.#place('msg'), this.#hits)
    return { item, opening: this.#queue.begin(item) }
  }

  #reasoning(text: string): EventBody[] {
    const { newest } = this.#queue
    if (newest instanceof ReasoningStream && !newest.ended) return this.#queue.tell(newest, newest.text(text))
    const item = new ReasoningStream(this.#place('rs'), this.#options.showTokens)
    return [...this.#queue.begin(item), ...this.#queue.tell(item, item.text(text))]
  }

  #token(event: Extract<EncodedEvent, { type: 'part-token' }>): EventBody[] {
    const { newest } = this.#queue
    this.#hasTokens = true
    if (event.part === 'reasoning') {
      if (!(newest instanceof ReasoningStream) || newest.ended) return this.#queue.begin(this.#tokenItem(event.token))
      newest.seal(event.token)
      return []
    }
    if (event.part === 'tool-call') {
      const { stream, id } = this.#calls[event.index]!
      return this.#tokenOf(stream, event.token, { part: event.part, id })
    }
    const { item, opening } = this.#message()
    item.ended = true
    return [...opening, ...this.#tokenOf(item, event.token, { part: event.part })]
  }

  #tokenOf(item: OutputItem, token: Token, place: TokenPlace): EventBody[] {
    if (this.#options.showTokens) return this.#queue.begin(this.#tokenItem(token, place))
    this.#unseen.set(item.snapshot('in_progress').id, wrapToken(token, place))
    return []
  }

  #tokenItem(token: Token, place?: TokenPlace): ReasoningStream {
    const own = token.kind === 'encrypted' && place === undefined && REASONING_ID.test(token.id ?? '') ? token.id : undefined
    const item = new ReasoningStream(this.#place('rs', own), this.#options.showTokens)
    item.seal(token, place)
    return item
  }

  #startCall({ index, id, name }: Extract<EncodedEvent, { type: 'tool-call-start' }>): EventBody[] {
    this.#answered = true
    const known = this.#options.offered.find(({ tool }) => tool.name === name)
    const identity = { callId: id, name: known?.name ?? name, namespace: known?.namespace }
    const stream = this.#createCall(known?.kind, identity)
    this.#calls[index] = { stream, id }
    return this.#queue.begin(stream)
  }

  #createCall(kind: OfferedTool['kind'] | undefined, identity: CallIdentity): CallStream {
    switch (kind) {
      case 'custom':
        return new CustomCallStream(this.#place('ctc'), identity)
      case 'search':
        return new SearchCallStream(this.#place('tsc'), identity)
      default:
        return new FunctionCallStream(this.#place('fc'), identity)
    }
  }

  #place(prefix: string, id?: string): ItemPlace {
    const index = this.#queue.length
    return { id: id ?? `${prefix}_${this.#idSuffix}o${index}`, index }
  }
}

/** Chat Completions have `null` where Responses have an empty list. */
function encodeLogprob(content: unknown): JsonLogprob {
  const { token, logprob, bytes, top_logprobs: top } = content as Partial<JsonLogprob> & Pick<JsonLogprob, 'token' | 'logprob'>
  return {
    token,
    logprob,
    bytes: bytes ?? [],
    top_logprobs: (top ?? []).map((other) => ({ token: other.token, logprob: other.logprob, bytes: other.bytes ?? [] })),
  }
}
