import { type Answer, incompleteAnswer } from '../answer.ts'
import type { AnswerEvent, Encoder, ResponseIdentity } from '../protocol.ts'
import { sseData } from '../sse.ts'
import { BlockQueue } from './block-queue.ts'
import { parseInput, textBlock, thinkingBlock, toolUseBlock } from './blocks.ts'
import { encodeAnthropicError } from './encode-error.ts'
import { encodeDeltaUsage, encodeStop, encodeUsage, RUNNING } from './encode-end.ts'
import type { WireBlock, WireEvent, WireMessage } from './wire.ts'

/**
 * Makes the encoder of one message.
 * @param model as the client named it, or the one that was chosen for it
 */
export function createEncoder(response: ResponseIdentity, model: string): Encoder {
  const head = { id: `msg_${response.id}`, model }
  const blocks = new BlockQueue()
  let begun = false

  function begin(): WireEvent[] {
    if (begun) return []
    begun = true
    return [{ type: 'message_start', message: { ...frame(head, []), ...RUNNING } }, { type: 'ping' }]
  }

  return {
    answer([answer]) {
      if (answer === undefined) throw incompleteAnswer()
      return encodeMessage(head, answer)
    },
    event(event) {
      const events = [...begin(), ...(event.type === 'finish' ? [...blocks.end(), ...end(event)] : blocks.add(event))]
      return events.map(encodeFrame)
    },
    // Neither a stop reason nor message_stop follows, so that no client takes the fragment for a whole message.
    error: (error) => [encodeFrame(encodeAnthropicError(error))],
  }
}

function end({ reason, usage, stopSequence }: Extract<AnswerEvent, { type: 'finish' }>): WireEvent[] {
  return [
    { type: 'message_delta', delta: { container: null, ...encodeStop(reason, stopSequence) }, usage: encodeDeltaUsage(usage) },
    { type: 'message_stop' },
  ]
}

type Head = Pick<WireMessage, 'id' | 'model'>

function encodeMessage(head: Head, answer: Answer): WireMessage {
  const content: WireBlock[] = []
  if (answer.reasoning !== '') content.push(thinkingBlock(answer.reasoning))
  if (answer.text !== '') content.push(textBlock(answer.text))
  content.push(...answer.toolCalls.map((call) => toolUseBlock(call, parseInput(call.arguments))))
  return { ...frame(head, content), ...encodeStop(answer.finishReason, answer.stopSequence), usage: encodeUsage(answer.usage) }
}

function frame({ id, model }: Head, content: WireBlock[]): Omit<WireMessage, keyof typeof RUNNING> {
  return { id, type: 'message', role: 'assistant', model, content, container: null, diagnostics: null }
}

function encodeFrame(event: WireEvent): string {
  return `event: ${event.type}\n${sseData(JSON.stringify(event))}`
}
