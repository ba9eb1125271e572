import { BridgeError } from '../core/errors.ts'
import type { FinishReason } from '../core/event.ts'
import type { ToolCall } from '../core/prompt.ts'
import type { Usage } from '../core/usage.ts'
import type { AnswerEvent } from './protocol.ts'

/** A whole answer, put together from its events. */
export interface Answer {
  text: string
  reasoning: string
  /** In the order of their index. */
  toolCalls: ToolCall[]
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
export function assembleAnswer(events: readonly AnswerEvent[]): Answer {
  const text: string[] = []
  const reasoning: string[] = []
  const calls: { id: string; name: string; arguments: string[] }[] = []
  const logprobs: unknown[] = []
  let finish: Extract<AnswerEvent, { type: 'finish' }> | undefined

  for (const event of events) {
    switch (event.type) {
      case 'text-delta':
        text.push(event.text)
        break
      case 'reasoning-delta':
        reasoning.push(event.text)
        break
      case 'tool-call-start':
        calls[event.index] = { id: event.id, name: event.name, arguments: [] }
        break
      case 'tool-call-delta':
        calls[event.index]!.arguments.push(event.arguments)
        break
      case 'logprobs':
        for (const token of event.content) logprobs.push(token)
        break
      case 'finish':
        finish = event
        break
    }
  }
  if (finish === undefined) throw incompleteAnswer()

  return {
    text: text.join(''),
    reasoning: reasoning.join(''),
    toolCalls: calls.map(({ id, name, arguments: args }) => ({ id, name, arguments: args.join('') })),
    logprobs,
    finishReason: finish.reason,
    stopSequence: finish.stopSequence,
    usage: finish.usage,
  }
}

/** The error of an answer that ended without `finish`; what there is of it could pass for a whole one. */
export function incompleteAnswer(): BridgeError {
  return new BridgeError('The answer ended before it was complete.', { code: 'upstream_incomplete', status: 502 })
}
