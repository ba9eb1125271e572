import type { AnswerEvent, FinishReason } from '../../core/answer-event.ts'
import type { Usage } from '../../core/usage.ts'
import { DistinctIds } from '../shared/distinct-ids.ts'
import { incompleteError } from '../shared/incomplete-error.ts'
import type { ReaderContext, StreamReader } from '../wire.ts'
import { type AnswerBlock, CallBlock, OtherBlock, RedactedBlock, ThinkingBlock } from './answer-block.ts'
import { errorOf } from './error.ts'
import { mergeUsage, toUsage, type WireUsage } from './usage.ts'

/** What ended a message; a reason that is not here is taken for a whole answer. */
const REASONS: Record<string, FinishReason> = {
  max_tokens: 'length',
  model_context_window_exceeded: 'length',
  refusal: 'content-filter',
}

/** How an answer ended, as `message_delta` tells. */
interface WireStop {
  stop_reason?: string | null
  stop_sequence?: string | null
  stop_details?: { explanation?: string | null } | null
}

/** Reads one streamed message of Anthropic's. */
export class MessagesReader implements StreamReader {
  readonly #origin: string
  readonly #names: ReaderContext['toolNames']
  readonly #ids = new DistinctIds()
  readonly #blocks = new Map<unknown, AnswerBlock>()
  #calls = 0
  #usage: WireUsage | undefined
  #stop: WireStop = {}
  #stopped = false

  constructor({ model, toolNames }: ReaderContext) {
    this.#origin = model
    this.#names = toolNames
  }

  read(data: any): AnswerEvent[] {
    const error = errorOf(data)
    if (error) throw error
    switch (data?.type) {
      case 'message_start':
        this.#usage = mergeUsage(this.#usage, data.message?.usage)
        return []
      case 'content_block_start':
        return this.#begin(data.index, data.content_block ?? {})
      case 'content_block_delta':
        return this.#block(data.index).delta(data.delta ?? {})
      case 'content_block_stop':
        return this.#end(data.index)
      case 'message_delta':
        return this.#readStop(data)
      case 'message_stop':
        this.#stopped = true
        return []
      default:
        return []
    }
  }

  get usage(): Usage | undefined {
    return this.#usage && toUsage(this.#usage)
  }

  get ended(): boolean {
    return this.#stopped
  }

  end(done: boolean): AnswerEvent[] {
    // Other vendors' servers may mark the end as OpenAI does.
    if (!this.#stopped && !(done && this.#stop.stop_reason)) throw incompleteError()
    const { stop_reason: reason, stop_sequence: sequence } = this.#stop
    return [
      ...this.#endAll(),
      {
        type: 'finish',
        reason: REASONS[reason ?? ''] ?? (this.#calls > 0 ? 'tool-calls' : 'stop'),
        usage: this.usage,
        ...(reason === 'stop_sequence' && sequence && { stopSequence: sequence }),
      },
    ]
  }

  #begin(index: unknown, content: Record<string, unknown>): AnswerEvent[] {
    const before = this.#end(index)
    const block = this.#open(content)
    this.#blocks.set(index, block)
    return [...before, ...block.begin()]
  }

  #open(content: Record<string, unknown>): AnswerBlock {
    switch (content.type) {
      case 'thinking':
        return new ThinkingBlock(content, this.#origin)
      case 'redacted_thinking':
        return new RedactedBlock(content, this.#origin)
      case 'tool_use': {
        const name = String(content.name ?? '')
        return new CallBlock({ index: this.#calls++, id: this.#ids.take(content.id), name: this.#names?.toClient(name) ?? name }, content.input)
      }
      default:
        return new OtherBlock(content)
    }
  }

  /** Text of a block that never began is text all the same. */
  #block(index: unknown): AnswerBlock {
    return this.#blocks.get(index) ?? new OtherBlock({})
  }

  #end(index: unknown): AnswerEvent[] {
    const events = this.#blocks.get(index)?.end() ?? []
    this.#blocks.delete(index)
    return events
  }

  #endAll(): AnswerEvent[] {
    return [...this.#blocks.keys()].flatMap((index) => this.#end(index))
  }

  #readStop({ delta, usage }: { delta?: WireStop; usage?: WireUsage }): AnswerEvent[] {
    this.#usage = mergeUsage(this.#usage, usage)
    this.#stop = { ...this.#stop, ...delta }
    const events = this.#endAll()
    const explanation = delta?.stop_reason === 'refusal' ? delta.stop_details?.explanation : undefined
    return explanation ? [...events, { type: 'refusal-delta', text: explanation }] : events
  }
}
