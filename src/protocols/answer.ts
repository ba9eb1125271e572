import { callsOf, reasoningOf } from '../core/assistant-message.ts'
import { BridgeError } from '../core/errors.ts'
import type { FinishReason } from '../core/answer-event.ts'
import type { AssistantMessage, CallPart } from '../core/prompt.ts'
import type { Usage } from '../core/usage.ts'
import { type AnswerPart, AnswerParts } from './answer-parts.ts'
import type { EncodedEvent } from './protocol.ts'

/** A whole answer, put together from its events. */
export interface Answer {
  /** In the order in which the model gave them. */
  parts: AnswerPart[]
  /** What was said in `parts`, without refusals. */
  text: string
  refusal: string
  reasoning: string
  /** In their order. */
  toolCalls: CallPart[]
  /** Probabilities of the tokens of `text`, in OpenAI's form; empty when the provider told none. */
  logprobs: unknown[]
  finishReason: FinishReason
  /** The stop sequence that ended it, where that is known. */
  stopSequence: string | undefined
  usage: Usage | undefined
}

/**
 * Puts an answer together.
 * @param events all events of one answer
 * @throws BridgeError 502 when `finish` is not among them
 */
export function assembleAnswer(events: readonly EncodedEvent[]): Answer {
  const collected = new AnswerParts()
  const logprobs: unknown[] = []
  let finish: Extract<EncodedEvent, { type: 'finish' }> | undefined
  for (const event of events) {
    if (event.type === 'finish') finish = event
    else if (event.type === 'logprobs') for (const token of event.content) logprobs.push(token)
    else collected.add(event)
  }
  if (finish === undefined) throw incompleteAnswer()

  const parts = collected.parts()
  const message = { parts: parts.filter((part) => part.type !== 'refusal' && part.type !== 'hosted') }
  return {
    parts,
    text: textsOf(parts, 'text'),
    refusal: textsOf(parts, 'refusal'),
    reasoning: reasoningOf({ role: 'assistant', ...message }),
    toolCalls: callsOf({ role: 'assistant', ...message }),
    logprobs,
    finishReason: finish.reason,
    stopSequence: finish.stopSequence,
    usage: finish.usage,
  }
}

/** The answer as a later request has it in its history; a refusal is what the model said, and what a hosted tool did was the bridge's. */
export function messageOf({ parts }: Pick<Answer, 'parts'>): AssistantMessage {
  return {
    role: 'assistant',
    parts: parts.flatMap((part) => (part.type === 'hosted' ? [] : [part.type === 'refusal' ? { type: 'text', text: part.text } : part])),
  }
}

/** The error of an answer that ended without `finish`; what there is of it could pass for a whole one. */
export function incompleteAnswer(): BridgeError {
  return new BridgeError('The answer ended before it was complete.', { code: 'upstream_incomplete', status: 502 })
}

function textsOf(parts: readonly AnswerPart[], type: 'text' | 'refusal'): string {
  return parts.map((part) => (part.type === type ? part.text : '')).join('')
}
