import type { AnswerEvent } from '../protocol.ts'
import type { OfferedTool } from './decode-tools.ts'
import {
  type CallIdentity,
  type CallStream,
  CustomCallStream,
  FunctionCallStream,
  type ItemPlace,
  MessageStream,
  ReasoningStream,
  SearchCallStream,
} from './output-items.ts'
import { OutputQueue } from './output-queue.ts'
import type { EventBody, FinalStatus, WireItem, WireLogprob } from './wire.ts'

/** Turns the events of an answer into the items of an output, and into the events that tell of them. */
export class OutputStream {
  readonly #idSuffix: string
  readonly #offered: readonly OfferedTool[]
  readonly #queue = new OutputQueue()
  readonly #calls: CallStream[] = []
  /** Probabilities whose text has not come yet. */
  #logprobs: WireLogprob[] = []
  #answered = false

  constructor(responseId: string, offered: readonly OfferedTool[]) {
    this.#idSuffix = responseId.replace(/^resp_/, '')
    this.#offered = offered
  }

  push(event: Exclude<AnswerEvent, { type: 'finish' }>): EventBody[] {
    switch (event.type) {
      case 'text-delta':
        return event.text === '' ? [] : this.#text(event.text)
      case 'reasoning-delta':
        return event.text === '' ? [] : this.#reasoning(event.text)
      case 'tool-call-start':
        return this.#startCall(event)
      case 'tool-call-delta': {
        const call = this.#calls[event.index]!
        return event.arguments === '' ? [] : this.#queue.tell(call, call.arguments(event.arguments))
      }
      case 'refusal-delta':
        return event.text === '' ? [] : this.#text(event.text)
      case 'part-token':
        return []
      case 'logprobs':
        this.#logprobs.push(...event.content.map(encodeLogprob))
        return []
    }
  }

  /** Ends the output; one that is complete says something, if only nothing. */
  end(status: FinalStatus): EventBody[] {
    const opening = this.#answered || status === 'incomplete' ? [] : this.#message().opening
    const { newest } = this.#queue
    if (newest instanceof MessageStream) newest.addLogprobs(this.#logprobs.splice(0))
    return [...opening, ...this.#queue.end(status)]
  }

  /** The items so far; those that were not closed are incomplete. */
  items(): WireItem[] {
    return this.#queue.snapshot()
  }

  #text(text: string): EventBody[] {
    const { item, opening } = this.#message()
    return [...opening, ...this.#queue.tell(item, item.text(text, this.#logprobs.splice(0)))]
  }

  #message(): { item: MessageStream; opening: EventBody[] } {
    this.#answered = true
    const { newest } = this.#queue
    if (newest instanceof MessageStream) return { item: newest, opening: [] }
    const item = new MessageStream(this.#place('msg'))
    return { item, opening: this.#queue.begin(item) }
  }

  #reasoning(text: string): EventBody[] {
    const { newest } = this.#queue
    if (newest instanceof ReasoningStream) return this.#queue.tell(newest, newest.text(text))
    const item = new ReasoningStream(this.#place('rs'))
    return [...this.#queue.begin(item), ...this.#queue.tell(item, item.text(text))]
  }

  #startCall({ index, id, name }: Extract<AnswerEvent, { type: 'tool-call-start' }>): EventBody[] {
    this.#answered = true
    const known = this.#offered.find(({ tool }) => tool.name === name)
    const identity = { callId: id, name: known?.name ?? name, namespace: known?.namespace }
    const call = this.#createCall(known?.kind, identity)
    this.#calls[index] = call
    return this.#queue.begin(call)
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

  #place(prefix: string): ItemPlace {
    const index = this.#queue.length
    return { id: `${prefix}_${this.#idSuffix}o${index}`, index }
  }
}

/** Chat Completions have `null` where Responses have an empty list. */
function encodeLogprob(content: unknown): WireLogprob {
  const { token, logprob, bytes, top_logprobs: top } = content as Partial<WireLogprob> & Pick<WireLogprob, 'token' | 'logprob'>
  return {
    token,
    logprob,
    bytes: bytes ?? [],
    top_logprobs: (top ?? []).map((other) => ({ token: other.token, logprob: other.logprob, bytes: other.bytes ?? [] })),
  }
}
