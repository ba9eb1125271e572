import { BridgeError } from '../../core/errors.ts'
import type { AnswerEvent, FinishReason } from '../../core/answer-event.ts'
import { isObject } from '../../core/json-value.ts'
import type { Token } from '../../core/prompt.ts'
import type { Usage } from '../../core/usage.ts'
import { DistinctIds } from '../shared/distinct-ids.ts'
import { incompleteError } from '../shared/incomplete-error.ts'
import { errorInAnswer } from '../shared/provider-error.ts'
import type { ReaderContext, StreamReader } from '../wire.ts'
import { toUsage, type WireUsage } from './usage.ts'

/** What ended an answer; a reason that is in neither list is taken for a whole one. */
const REASONS: Record<string, FinishReason> = {
  MAX_TOKENS: 'length',
  CONTINUATION: 'length',
  SAFETY: 'content-filter',
  RECITATION: 'content-filter',
  BLOCKLIST: 'content-filter',
  PROHIBITED_CONTENT: 'content-filter',
  SPII: 'content-filter',
  IMAGE_SAFETY: 'content-filter',
  IMAGE_PROHIBITED_CONTENT: 'content-filter',
  IMAGE_RECITATION: 'content-filter',
}

/** What the model made that is no answer. */
const FAILURES: ReadonlySet<string> = new Set([
  'MALFORMED_FUNCTION_CALL',
  'UNEXPECTED_TOOL_CALL',
  'TOO_MANY_TOOL_CALLS',
  'MALFORMED_RESPONSE',
  'MISSING_THOUGHT_SIGNATURE',
  'LANGUAGE',
  'NO_IMAGE',
  'IMAGE_OTHER',
  'OTHER',
])

interface WirePart {
  text?: unknown
  thought?: unknown
  thoughtSignature?: unknown
  functionCall?: { id?: unknown; name?: unknown; args?: unknown } | null
}

/** Reads one answer of Google's, which comes in pieces of the same form as the whole. */
export class GeminiReader implements StreamReader {
  readonly #origin: string
  readonly #names: ReaderContext['toolNames']
  readonly #ids = new DistinctIds()
  #calls = 0
  #usage: WireUsage | undefined
  #reason: string | undefined
  #explanation: string | undefined
  #blocked = false

  constructor({ model, toolNames }: ReaderContext) {
    this.#origin = model
    this.#names = toolNames
  }

  read(data: any): AnswerEvent[] {
    const error = errorInAnswer(data)
    if (error) throw error
    if (!isObject(data)) return []
    if (isObject(data.usageMetadata)) this.#usage = { ...this.#usage, ...data.usageMetadata }
    return [...this.#readFeedback(data.promptFeedback), ...this.#readCandidate(firstOf(data.candidates))]
  }

  get usage(): Usage | undefined {
    return this.#usage && toUsage(this.#usage)
  }

  get ended(): boolean {
    return this.#reason !== undefined || this.#blocked
  }

  end(): AnswerEvent[] {
    const reason = this.#reason
    if (reason !== undefined && FAILURES.has(reason)) throw failure(reason, this.#explanation)
    if (reason === undefined && !this.#blocked) throw incompleteError()
    return [{ type: 'finish', reason: this.#finishReason(reason), usage: this.usage }]
  }

  #finishReason(reason: string | undefined): FinishReason {
    if (reason === undefined) return 'content-filter'
    return REASONS[reason] ?? (this.#calls > 0 ? 'tool-calls' : 'stop')
  }

  /** The prompt itself was refused; there is no answer then. */
  #readFeedback(feedback: unknown): AnswerEvent[] {
    if (!isObject(feedback) || !feedback.blockReason) return []
    this.#blocked = true
    const { blockReasonMessage: message } = feedback
    return typeof message === 'string' && message !== '' ? [{ type: 'refusal-delta', text: message }] : []
  }

  #readCandidate({ content, finishReason, finishMessage }: Record<string, unknown>): AnswerEvent[] {
    if (typeof finishReason === 'string' && finishReason !== 'FINISH_REASON_UNSPECIFIED') this.#reason = finishReason
    if (typeof finishMessage === 'string') this.#explanation = finishMessage
    const parts = isObject(content) && Array.isArray(content.parts) ? content.parts : []
    return parts.filter(isObject).flatMap((part) => this.#readPart(part))
  }

  #readPart(part: WirePart): AnswerEvent[] {
    if (isObject(part.functionCall)) return this.#readCall(part.functionCall, part.thoughtSignature)
    const text = typeof part.text === 'string' ? part.text : ''
    // What is neither, such as code that Google ran, is no client's to read; its signature would belong to nothing.
    const foreign = part.text === undefined && Object.keys(part).some((key) => key !== 'thought' && key !== 'thoughtSignature')
    if (foreign) return []
    const kind: 'reasoning' | 'text' = part.thought === true ? 'reasoning' : 'text'
    const token = this.#token(part.thoughtSignature)
    return [...(text === '' ? [] : [{ type: `${kind}-delta` as const, text }]), ...(token ? [{ type: 'part-token' as const, part: kind, token }] : [])]
  }

  #readCall({ id, name, args }: NonNullable<WirePart['functionCall']>, signature: unknown): AnswerEvent[] {
    const index = this.#calls++
    const called = String(name ?? '')
    const token = this.#token(signature)
    return [
      { type: 'tool-call-start', index, id: this.#ids.take(id), name: this.#names?.toClient(called) ?? called },
      { type: 'tool-call-delta', index, arguments: JSON.stringify(args ?? {}) },
      ...(token ? [{ type: 'part-token' as const, part: 'tool-call' as const, index, token }] : []),
    ]
  }

  #token(signature: unknown): Token | undefined {
    return typeof signature === 'string' && signature !== '' ? { kind: 'thought-signature', value: signature, origin: this.#origin } : undefined
  }
}

/** Others are alternatives that nobody asked for. */
function firstOf(candidates: unknown): Record<string, unknown> {
  const list = Array.isArray(candidates) ? candidates.filter(isObject) : []
  return list.find(({ index }) => index === undefined || index === 0) ?? {}
}

function failure(reason: string, explanation: string | undefined): BridgeError {
  const message = `The model gave no answer that can be used (${reason})${explanation ? `: ${explanation}` : '.'}`
  return new BridgeError(message, { code: 'upstream_error', status: 502, type: reason })
}
