import { BridgeError } from '../../core/errors.ts'
import type { FinishReason } from '../../core/answer-event.ts'
import type { Usage } from '../../core/usage.ts'
import type { EncodedEvent, Encoder } from '../protocol.ts'
import { CallQueue, encodeCalls, type EncodedCalls } from './call-queue.ts'
import { encodeOllamaError } from './error.ts'
import { encodeTextFinishReason } from '../text-finish-reason.ts'
import type { JsonChatSaid, JsonFigures, JsonLogprob, JsonPiece, JsonTextSaid, JsonToolCall } from './shapes.ts'

/** Which field has what the model says: that of `/api/chat` or that of `/api/generate`. */
export type Says = 'message' | 'response'

/** A line of a stream. */
export function line(value: unknown): string {
  return `${JSON.stringify(value)}\n`
}

/** Makes the encoder of one response. */
export function createEncoder({ model, created }: { model: string; created: number }, says: Says): Encoder {
  const head = { model, created_at: new Date(created * 1000).toISOString() }
  const calls = new CallQueue()
  const watch = new Watch()

  function piece(said: Said, logprobs?: readonly unknown[]): string[] {
    return [line({ ...head, ...write(said, says), ...(logprobs && { logprobs: logprobs as JsonLogprob[] }), done: false } satisfies JsonPiece)]
  }

  function toldCalls(told: JsonToolCall[]): string[] {
    return told.length > 0 ? piece({ calls: told }) : []
  }

  function end(reason: FinishReason, usage: Usage | undefined): string[] {
    const { calls: told, malformed } = calls.end()
    if (isTorn(malformed, reason)) return [...toldCalls(told), line(encodeOllamaError(tornCall(malformed)))]
    return [
      ...toldCalls(told),
      line({ ...head, ...write({}, says), done: true, done_reason: encodeTextFinishReason(reason), ...watch.figures(usage) } satisfies JsonPiece),
    ]
  }

  function encodeEvent(event: EncodedEvent): string[] {
    watch.hear()
    switch (event.type) {
      case 'text-delta':
      case 'refusal-delta':
        return event.text === '' ? [] : piece({ text: event.text })
      case 'reasoning-delta':
        return event.text === '' ? [] : piece({ thinking: event.text })
      case 'tool-call-start':
        calls.begin(event.index, event)
        return []
      case 'tool-call-delta':
        return toldCalls(calls.add(event.index, event.arguments))
      case 'logprobs':
        return event.content.length > 0 ? piece({}, event.content) : []
      case 'hosted':
      case 'part-token':
        // The format has no place for it; what is asked later is completed from the bridge's memory.
        return []
      case 'finish':
        return end(event.reason, event.usage)
    }
  }

  return {
    answer: ([answer]) => {
      const { text, refusal, reasoning, toolCalls, logprobs, finishReason, usage } = answer!
      const encoded = encodeCalls(toolCalls.map((call, index) => ({ call, index })))
      if (isTorn(encoded.malformed, finishReason)) throw tornCall(encoded.malformed)
      return {
        ...head,
        ...write({ text: text + refusal, thinking: reasoning, calls: encoded.calls }, says),
        ...(logprobs.length > 0 && { logprobs: logprobs as JsonLogprob[] }),
        done: true,
        done_reason: encodeTextFinishReason(finishReason),
        ...watch.figures(usage),
      } satisfies JsonPiece
    },
    event: encodeEvent,
    error: (error) => [line(encodeOllamaError(error))],
  }
}

interface Said {
  text?: string
  thinking?: string
  calls?: JsonToolCall[]
}

function write({ text = '', thinking, calls = [] }: Said, says: Says): JsonChatSaid | JsonTextSaid {
  const thought = thinking ? { thinking } : {}
  if (says === 'response') return { response: text, ...thought }
  return { message: { role: 'assistant', content: text, ...thought, ...(calls.length > 0 && { tool_calls: calls }) } }
}

/** Where an answer was cut off, its reason says so. */
function isTorn(malformed: EncodedCalls['malformed'], reason: FinishReason): malformed is string {
  return malformed !== undefined && (reason === 'stop' || reason === 'tool-calls')
}

function tornCall(name: string): BridgeError {
  return new BridgeError(`The model called '${name}' with arguments that are no JSON object.`, { code: 'upstream_incomplete', status: 502 })
}

/** Measures an answer, which clients make tokens per second of. */
class Watch {
  readonly #begun = performance.now()
  #heard: number | undefined

  /** The first piece of a stream tells how long the prompt took. */
  hear(): void {
    this.#heard ??= performance.now()
  }

  figures(usage: Usage | undefined): JsonFigures {
    const now = performance.now()
    const read =
      this.#heard === undefined ? {} : { prompt_eval_duration: nanoseconds(this.#heard - this.#begun), eval_duration: nanoseconds(now - this.#heard) }
    const counts = usage && { prompt_eval_count: usage.input, eval_count: usage.output }
    return { total_duration: nanoseconds(now - this.#begun), ...counts, ...read }
  }
}

/** Whole, and never nothing: clients divide by it. */
function nanoseconds(milliseconds: number): number {
  return Math.max(1, Math.round(milliseconds * 1e6))
}
