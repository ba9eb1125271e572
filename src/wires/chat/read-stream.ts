import type { AnswerEvent, FinishReason } from '../../core/answer-event.ts'
import { isObject } from '../../core/json-value.ts'
import type { Usage } from '../../core/usage.ts'
import { incompleteError } from '../shared/incomplete-error.ts'
import { readOpenAIUsage } from '../shared/openai-usage.ts'
import { errorInAnswer } from '../shared/provider-error.ts'
import type { ReaderContext, StreamReader } from '../wire.ts'
import { CallAssembler } from './call-assembler.ts'
import { type ContentPiece, contentPieces } from './content-pieces.ts'
import { toFinishReason } from './finish-reason.ts'
import { detailsIn, visibleTextOf } from './reasoning-details.ts'
import { ReasoningTokens } from './reasoning-tokens.ts'

type Json = Record<string, any>

/** The names that servers have for what a model thinks, in the order in which they count where there are several. */
const REASONING_FIELDS = ['reasoning_content', 'reasoning', 'reasoning_text'] as const

export class ChatReader implements StreamReader {
  readonly #stop: readonly string[]
  readonly #calls: CallAssembler
  readonly #tokens: ReasoningTokens
  #part: ContentPiece['type'] | 'call' | undefined
  #reason: FinishReason | undefined
  #stopSequence: string | undefined
  #usage: Usage | undefined

  constructor(context: ReaderContext) {
    this.#stop = context.stop ?? []
    this.#calls = new CallAssembler(context)
    this.#tokens = new ReasoningTokens(context.model)
  }

  read(data: unknown): AnswerEvent[] {
    const error = errorInAnswer(data)
    if (error) throw error
    if (!isObject(data)) return []
    const choice = Array.isArray(data.choices) && isObject(data.choices[0]) ? (data.choices[0] as Json) : undefined
    // Moonshot has it in the choice, Groq in a field of its own.
    this.#usage = readOpenAIUsage(data.usage) ?? readOpenAIUsage(choice?.usage) ?? readOpenAIUsage((data as Json).x_groq?.usage) ?? this.#usage
    if (!choice) return []
    const failed = errorInAnswer({ error: choice.error })
    if (failed) throw failed
    const events = this.#readDelta(choice)
    this.#readStop(choice)
    if (typeof choice.finish_reason !== 'string' || choice.finish_reason === '') return events
    this.#reason = toFinishReason(choice.finish_reason)
    return [...events, ...this.#tokens.flush()]
  }

  get usage(): Usage | undefined {
    return this.#usage
  }

  get ended(): boolean {
    return this.#reason !== undefined
  }

  end(done: boolean): AnswerEvent[] {
    const reason = this.#finishReason(done)
    const stopSequence = reason === 'stop' ? this.#stopSequence : undefined
    return [
      ...this.#tokens.flush(),
      ...(reason === 'tool-calls' ? this.#calls.end() : []),
      { type: 'finish', reason, usage: this.#usage, ...(stopSequence !== undefined && { stopSequence }) },
    ]
  }

  #readDelta(choice: Json): AnswerEvent[] {
    // Some servers stream a whole message.
    const isWhole = !isObject(choice.delta)
    const delta: Json = isWhole ? (choice.message ?? {}) : choice.delta
    const reasoning = reasoningOf(delta)
    const events = reasoning === '' ? [] : this.#write({ type: 'reasoning', text: reasoning })
    this.#tokens.add(delta, isWhole)
    for (const piece of contentPieces(delta.content)) events.push(...this.#write(piece))
    if (typeof delta.refusal === 'string' && delta.refusal !== '') events.push(...this.#write({ type: 'refusal', text: delta.refusal }))
    for (const piece of callPieces(delta)) events.push(...this.#call(piece))
    const probabilities: unknown = choice.logprobs?.content
    if (Array.isArray(probabilities) && probabilities.length > 0) events.push({ type: 'logprobs', content: probabilities })
    return events
  }

  /** What the reasoning before a part has for the provider stands before the part. */
  #begin(part: ContentPiece['type'] | 'call'): AnswerEvent[] {
    const events = this.#part === part ? [] : this.#tokens.flush()
    this.#part = part
    return events
  }

  #write({ type, text }: ContentPiece): AnswerEvent[] {
    return [...this.#begin(type), { type: `${type}-delta`, text }]
  }

  #call(piece: Json): AnswerEvent[] {
    const before = this.#calls.count
    const events = this.#calls.add(piece)
    return this.#calls.count > before ? [...this.#tokens.flush(), ...this.#begin('call'), ...events] : events
  }

  /** vLLM's name of it, and SGLang's; both may be the number of a token instead, or that of a server's own sequence. */
  #readStop({ stop_reason: vllm, matched_stop: sglang }: Json): void {
    this.#stopSequence = this.#stop.find((sequence) => sequence === vllm || sequence === sglang) ?? this.#stopSequence
  }

  /** @throws BridgeError 502 for an answer that broke off */
  #finishReason(done: boolean): FinishReason {
    // A server that marks the end of its stream after a whole answer only left the reason out.
    if (this.#reason === undefined && !(done && this.#part !== undefined && this.#calls.complete)) throw incompleteError()
    if (this.#reason === 'length' || this.#reason === 'content-filter') return this.#reason
    return this.#calls.count > 0 ? 'tool-calls' : 'stop'
  }
}

/** The same text may stand in several fields; some servers have it in the details alone. */
function reasoningOf(delta: Json): string {
  const text = REASONING_FIELDS.map((name) => delta[name]).find((field) => typeof field === 'string' && field !== '')
  return text ?? visibleTextOf(detailsIn(delta.reasoning_details))
}

/** `function_call` is what OpenAI had before `tool_calls`. */
function callPieces({ tool_calls: calls, function_call: call }: Json): Json[] {
  if (Array.isArray(calls)) return calls.filter(isObject)
  return isObject(call) ? [{ function: call }] : []
}
