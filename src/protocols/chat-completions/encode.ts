import type { FinishReason } from '../../core/event.ts'
import type { Usage } from '../../core/usage.ts'
import type { Answer } from '../answer.ts'
import { encodeOpenAIError } from '../openai-error.ts'
import type { AnswerEvent, Encoder, ResponseIdentity } from '../protocol.ts'
import { sseData } from '../sse.ts'
import type { WireChunk, WireCompletion, WireDelta, WireFinishReason, WireUsage } from './wire.ts'

const SYSTEM_FINGERPRINT = 'fp_opencode'

export interface EncodeOptions {
  /** The model as the client named it, or the one that was chosen for it. */
  model: string
  /** Whether a stream ends with a chunk that has the usage. */
  includeUsage: boolean
}

/** Makes the encoder of one answer. */
export function createEncoder(response: ResponseIdentity, options: EncodeOptions): Encoder {
  const identity = { ...response, id: `chatcmpl-${response.id}`, model: options.model }
  let begun = false

  function chunk(delta: WireDelta, finishReason: WireFinishReason | null): string {
    return encodeChunk({
      ...chunkHead(identity),
      choices: [{ index: 0, delta, logprobs: null, finish_reason: finishReason }],
      ...(options.includeUsage && { usage: null }),
    })
  }

  function end(event: Extract<AnswerEvent, { type: 'finish' }>): string[] {
    const usage = { ...chunkHead(identity), choices: [], usage: encodeUsage(event.usage) }
    return [
      chunk({}, encodeFinishReason(event.reason)),
      ...(options.includeUsage ? [encodeChunk(usage)] : []),
      sseData('[DONE]'),
    ]
  }

  return {
    answer: (answer) => encodeCompletion(answer, identity),
    event(event) {
      const opening = begun ? [] : [chunk({ role: 'assistant', content: '' }, null)]
      begun = true
      return [...opening, ...(event.type === 'finish' ? end(event) : [chunk(encodeDelta(event), null)])]
    },
    // Neither a finish reason nor [DONE] follows, so that no client takes the fragment for a whole answer.
    error: (error) => [sseData(JSON.stringify(encodeOpenAIError(error)))],
  }
}

type Identity = ResponseIdentity & { model: string }

function chunkHead({ id, created, model }: Identity): Omit<WireChunk, 'choices' | 'usage'> {
  return { id, object: 'chat.completion.chunk', created, model, system_fingerprint: SYSTEM_FINGERPRINT }
}

function encodeChunk(chunk: WireChunk): string {
  return sseData(JSON.stringify(chunk))
}

function encodeDelta(event: Exclude<AnswerEvent, { type: 'finish' }>): WireDelta {
  switch (event.type) {
    case 'text-delta':
      return { content: event.text }
    case 'reasoning-delta':
      return { reasoning_content: event.text }
    case 'tool-call': {
      const { index, id, name, arguments: args } = event
      return { tool_calls: [{ index, id, type: 'function', function: { name, arguments: args } }] }
    }
  }
}

/** The body of an answer that is not streamed. */
export function encodeCompletion(answer: Answer, { id, created, model }: Identity): WireCompletion {
  const toolCalls = answer.toolCalls.map(({ id: callId, name, arguments: args }) => ({
    id: callId,
    type: 'function' as const,
    function: { name, arguments: args },
  }))
  return {
    id,
    object: 'chat.completion',
    created,
    model,
    system_fingerprint: SYSTEM_FINGERPRINT,
    choices: [
      {
        index: 0,
        message: {
          role: 'assistant',
          content: answer.text === '' && toolCalls.length > 0 ? null : answer.text,
          refusal: null,
          ...(answer.reasoning !== '' && { reasoning_content: answer.reasoning }),
          ...(toolCalls.length > 0 && { tool_calls: toolCalls }),
        },
        logprobs: null,
        finish_reason: encodeFinishReason(answer.finishReason),
      },
    ],
    usage: encodeUsage(answer.usage),
  }
}

function encodeFinishReason(reason: FinishReason): WireFinishReason {
  switch (reason) {
    case 'tool-calls':
      return 'tool_calls'
    case 'content-filter':
      return 'content_filter'
    default:
      return reason
  }
}

/** Clients add these numbers up, so a usage that the provider did not tell is zeros and not absent. */
function encodeUsage(usage: Usage = { input: 0, output: 0, cachedInput: 0, reasoning: 0 }): WireUsage {
  return {
    prompt_tokens: usage.input,
    completion_tokens: usage.output,
    total_tokens: usage.input + usage.output,
    prompt_tokens_details: { cached_tokens: usage.cachedInput },
    completion_tokens_details: { reasoning_tokens: usage.reasoning },
  }
}
