import { type Answer, incompleteAnswer } from '../answer.ts'
import type { HostedUse } from '../../core/hosted.ts'
import { NO_USAGE } from '../../core/usage.ts'
import type { EncodedEvent, Encoder, ResponseIdentity } from '../protocol.ts'
import { BlockQueue } from './block-queue.ts'
import { partBlocks } from './blocks.ts'
import { encodeAnthropicError } from './encode-error.ts'
import { encodeDeltaUsage, encodeRunning, encodeStop, encodeUsage } from './encode-end.ts'
import { encodeEvent } from './encode-event.ts'
import type { JsonBlock, JsonEvent, JsonMessage } from './shapes.ts'

export interface EncodeOptions {
  /** As the client named it, or the one that was chosen for it. */
  model: string
  /** Whether the client wants to see what the model thought. */
  showThoughts: boolean
  /** Estimates the tokens of the prompt: clients show how full a context is before the provider tells. */
  estimateInput(): number
}

/** Makes the encoder of one message. */
export function createEncoder(response: ResponseIdentity, { model, showThoughts, estimateInput }: EncodeOptions): Encoder {
  const head = { id: `msg_${response.id}`, model }
  const blocks = new BlockQueue(showThoughts, head.id)
  let begun = false
  let input = 0
  let refused = false

  function begin(): JsonEvent[] {
    if (begun) return []
    begun = true
    input = estimateInput()
    return [{ type: 'message_start', message: { ...frame(head, []), ...encodeRunning(input) } }, { type: 'ping' }]
  }

  return {
    answer([answer]) {
      if (answer === undefined) throw incompleteAnswer()
      return encodeMessage(head, answer, showThoughts)
    },
    event(event) {
      refused ||= event.type === 'refusal-delta'
      const events = [...begin(), ...(event.type === 'finish' ? [...blocks.end(), ...end(event, { refused, input, uses: blocks.uses })] : blocks.add(event))]
      return events.map(encodeEvent)
    },
    // Neither a stop reason nor message_stop follows, so that no client takes the fragment for a whole message.
    error: (error) => [encodeEvent(encodeAnthropicError(error, response.requestId))],
  }
}

interface EndOptions {
  refused: boolean
  /** What stands for the tokens of the prompt where the provider tells none. */
  input: number
  uses: readonly HostedUse[]
}

function end({ reason, usage, stopSequence }: Extract<EncodedEvent, { type: 'finish' }>, { refused, input, uses }: EndOptions): JsonEvent[] {
  return [
    {
      type: 'message_delta',
      delta: { container: null, ...encodeStop(refused ? 'content-filter' : reason, stopSequence) },
      usage: encodeDeltaUsage(usage ?? { ...NO_USAGE, input }, uses),
    },
    { type: 'message_stop' },
  ]
}

type Head = Pick<JsonMessage, 'id' | 'model'>

function encodeMessage(head: Head, answer: Answer, showThoughts: boolean): JsonMessage {
  const { parts, refusal, finishReason, stopSequence, usage } = answer
  const uses = parts.flatMap((part) => (part.type === 'hosted' ? [part.use] : []))
  const context = { showThoughts, messageId: head.id, uses }
  const last = parts.some(({ type }) => type === 'tool-call')
    ? parts.length
    : parts.findLastIndex((part) => partBlocks(part, { ...context, endsTurn: true }).length > 0)
  const stop = encodeStop(refusal === '' ? finishReason : 'content-filter', stopSequence)
  return {
    ...frame(
      head,
      parts.flatMap((part, index) => partBlocks(part, { ...context, endsTurn: index >= last })),
    ),
    ...stop,
    usage: encodeUsage(usage, uses),
  }
}

function frame({ id, model }: Head, content: JsonBlock[]): Omit<JsonMessage, keyof ReturnType<typeof encodeRunning>> {
  return { id, type: 'message', role: 'assistant', model, content, container: null, diagnostics: null }
}
