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
  finishReason: FinishReason
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
  const calls: Extract<AnswerEvent, { type: 'tool-call' }>[] = []
  let finish: Extract<AnswerEvent, { type: 'finish' }> | undefined

  for (const event of events) {
    switch (event.type) {
      case 'text-delta':
        text.push(event.text)
        break
      case 'reasoning-delta':
        reasoning.push(event.text)
        break
      case 'tool-call':
        calls.push(event)
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
    toolCalls: calls
      .toSorted((a, b) => a.index - b.index)
      .map(({ id, name, arguments: args }) => ({ id, name, arguments: args })),
    finishReason: finish.reason,
    usage: finish.usage,
  }
}

/** The error of an answer that ended without `finish`; what there is of it could pass for a whole one. */
export function incompleteAnswer(): BridgeError {
  return new BridgeError('The answer ended before it was complete.', { code: 'upstream_incomplete', status: 502 })
}
