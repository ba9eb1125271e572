import type { AnswerEvent, FinishReason } from '../core/answer-event.ts'
import { BridgeError } from '../core/errors.ts'
import { addUsage, type Usage, type UsageNews } from '../core/usage.ts'
import type { Token } from '../core/prompt.ts'
import type { FrameTokens, PartMetadata, RequestNews } from '../plugin/contract.ts'
import { toUpstreamError } from './errors.ts'

const FINISH_REASONS: Record<string, FinishReason> = {
  stop: 'stop',
  length: 'length',
  'tool-calls': 'tool-calls',
  'content-filter': 'content-filter',
}

/** Turns the frames of one request into canonical events. Holds what the final event needs to know. */
export class FrameTranslator {
  readonly #model: string
  #reason: string | undefined
  #usage: Usage | undefined
  #stopSequence: string | undefined
  /** Ids in the order of their calls. */
  readonly #toolCalls: string[] = []

  /** @param model `provider/model`, the origin of what its provider wants back */
  constructor(model: string) {
    this.#model = model
  }

  /**
   * Returns the event of a frame, or undefined for a frame that clients do not see.
   * Throws a `BridgeError` for a failed request, and for an answer that ended without a finish reason.
   */
  translate(frame: RequestNews): AnswerEvent | UsageNews | undefined {
    switch (frame.type) {
      case 'text':
        return { type: 'text-delta', text: frame.delta }
      case 'reasoning':
        return { type: 'reasoning-delta', text: frame.delta }
      case 'tool-start':
        this.#toolCalls.push(frame.id)
        return { type: 'tool-call-start', index: this.#toolCalls.length - 1, id: frame.id, name: frame.name }
      case 'tool-delta':
        return { type: 'tool-call-delta', index: this.#toolCalls.indexOf(frame.id), arguments: frame.arguments }
      case 'metadata':
        return { type: 'part-token', part: frame.part, token: this.#token(frame.metadata) }
      case 'tool-metadata':
        return { type: 'part-token', part: 'tool-call', index: this.#toolCalls.indexOf(frame.id), token: this.#token(frame.metadata) }
      case 'logprobs':
        return { type: 'logprobs', content: frame.content }
      case 'stop-sequence':
        this.#stopSequence = frame.sequence
        return undefined
      case 'retry':
        return { type: 'retry', attempt: frame.attempt, delay: frame.delay, message: frame.message }
      case 'usage':
        return { type: 'usage', wire: frame.wire, told: frame.told }
      case 'step-finish':
        this.#reason = frame.reason
        if (frame.tokens) this.#usage = addUsage(this.#usage, toUsage(frame.tokens))
        return undefined
      case 'error':
        // opencode reports a filtered answer as a finish and then as an error.
        if (frame.error.name === 'ContentFilterError' && this.#reason === 'content-filter') return undefined
        throw toUpstreamError(frame.error)
      case 'done':
        return this.#finish()
      default:
        return undefined
    }
  }

  #token(metadata: PartMetadata): Token {
    return { kind: 'metadata', value: JSON.stringify(metadata), origin: this.#model }
  }

  #finish(): AnswerEvent {
    const reason = this.#finishReason()
    const stopped = reason === 'stop' && this.#stopSequence !== undefined
    return { type: 'finish', reason, usage: this.#usage, ...(stopped && { stopSequence: this.#stopSequence! }) }
  }

  #finishReason(): FinishReason {
    if (this.#toolCalls.length > 0) return 'tool-calls'
    const reason = FINISH_REASONS[this.#reason ?? '']
    if (reason) return reason
    throw new BridgeError('The provider ended its answer without saying why, so it may be incomplete.', {
      code: 'upstream_incomplete',
      status: 502,
    })
  }
}

function toUsage({ input, output, reasoning, cache }: FrameTokens): Usage {
  return {
    input: input + cache.read + cache.write,
    output: output + reasoning,
    cachedInput: cache.read,
    cacheWrites: cache.write,
    reasoning,
  }
}
