import type { BridgeError } from '../../core/errors.ts'
import type { AnswerCost } from '../../core/money.ts'
import type { Answer } from '../answer.ts'
import { encodeOpenAIError } from '../openai-error.ts'
import type { EncodedEvent, Encoder } from '../protocol.ts'
import { sseData } from '../sse.ts'
import type { KeptItem } from './memory.ts'
import { type OutputOptions, OutputStream } from './output-stream.ts'
import { encodeUsage, endResponse, failResponse, incompleteReason } from './response.ts'
import type { EventBody, JsonEvent, JsonResponse } from './shapes.ts'

export interface EncodeOptions extends OutputOptions {
  /** See `ResponseIdentity`. */
  cost?(): AnswerCost | undefined
  /**
   * Called with the response when it is over, in whatever state.
   * @param output with the tokens that the client did not ask for, if there are such
   */
  finished(response: JsonResponse, output: KeptItem[] | undefined): void
}

/** Makes the encoder of one response. */
export function createEncoder(response: JsonResponse, { finished, cost, ...options }: EncodeOptions): Encoder {
  const output = new OutputStream(response.id, options)
  let sequence = 0
  let begun = false

  function encode(events: EventBody[]): string[] {
    return [...opening(), ...events].map((body) => {
      const event: JsonEvent = { ...body, sequence_number: sequence++ }
      return `event: ${event.type}\n${sseData(JSON.stringify(event))}`
    })
  }

  function opening(): EventBody[] {
    if (begun) return []
    begun = true
    return [
      { type: 'response.created', response },
      { type: 'response.in_progress', response },
    ]
  }

  function finish(event: Extract<EncodedEvent, { type: 'finish' }>): { events: EventBody[]; ended: JsonResponse } {
    const cut = incompleteReason(event.reason) !== undefined
    const events = output.end(cut ? 'incomplete' : 'completed')
    const ended = endResponse(response, output.items(), event.reason, encodeUsage(event.usage, cost?.()))
    finished(ended, output.kept())
    return { events, ended }
  }

  return {
    answer(answers) {
      const [answer] = answers
      for (const event of eventsOf(answer!)) output.push(event)
      return finish({ type: 'finish', reason: answer!.finishReason, usage: answer!.usage }).ended
    },
    event(event) {
      if (event.type !== 'finish') return encode(output.push(event))
      const { events, ended } = finish(event)
      return encode([...events, { type: ended.status === 'incomplete' ? 'response.incomplete' : 'response.completed', response: ended }])
    },
    error(error) {
      const failed = failResponse(response, output.items(), error)
      finished(failed, output.kept())
      return encode([errorEvent(error), { type: 'response.failed', response: failed }])
    },
  }
}

/** OpenAI's SDKs throw for it, so that nobody takes the fragment for an answer. */
function errorEvent(error: BridgeError): EventBody {
  const { message, type, param, code } = encodeOpenAIError(error).error
  return { type: 'error', code, message, param, error: { type, code, message, param } }
}

/** The events that an answer in one piece could have come in. */
function* eventsOf({ parts, logprobs }: Answer): Generator<Exclude<EncodedEvent, { type: 'finish' }>> {
  if (logprobs.length > 0) yield { type: 'logprobs', content: logprobs }
  let calls = 0
  for (const part of parts) {
    if (part.type === 'refusal') {
      yield { type: 'refusal-delta', text: part.text }
      continue
    }
    if (part.type === 'hosted') {
      yield part
      continue
    }
    const { token } = part
    if (part.type !== 'tool-call') {
      yield { type: part.type === 'text' ? 'text-delta' : 'reasoning-delta', text: part.text }
      if (token) yield { type: 'part-token', part: part.type, token }
      continue
    }
    const index = calls++
    yield { type: 'tool-call-start', index, id: part.id, name: part.name }
    yield { type: 'tool-call-delta', index, arguments: part.arguments }
    if (token) yield { type: 'part-token', part: part.type, index, token }
  }
}
