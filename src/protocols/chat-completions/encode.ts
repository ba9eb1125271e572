import type { FinishReason } from '../../core/event.ts'
import type { Usage } from '../../core/usage.ts'
import type { Answer } from '../answer.ts'
import { usageOfChoices } from '../choices-usage.ts'
import { encodeOpenAIError } from '../openai-error.ts'
import { encodeOpenAIUsage } from '../openai-usage.ts'
import type { AnswerEvent, Encoder, ResponseIdentity } from '../protocol.ts'
import { sseData } from '../sse.ts'
import type { WireChunk, WireCompletion, WireDelta, WireFinishReason, WireLogprobs, WireReasoning } from './wire.ts'

const SYSTEM_FINGERPRINT = 'fp_opencode'

export interface EncodeOptions {
  /** The model as the client named it, or the one that was chosen for it. */
  model: string
  choices: number
  /** Whether a stream ends with a chunk that has the usage. */
  includeUsage: boolean
}

/** Makes the encoder of one response. */
export function createEncoder(response: ResponseIdentity, options: EncodeOptions): Encoder {
  const identity = { ...response, id: `chatcmpl-${response.id}`, model: options.model }
  const begun = new Set<number>()
  const usages: (Usage | undefined)[] = []

  function chunk(index: number, { delta = {}, logprobs = null, finishReason = null }: ChunkFields): string {
    return encodeChunk({
      ...chunkHead(identity),
      choices: [{ index, delta, logprobs, finish_reason: finishReason }],
      ...(options.includeUsage && { usage: null }),
    })
  }

  function end(): string[] {
    if (usages.length < options.choices) return []
    const usage = { ...chunkHead(identity), choices: [], usage: encodeOpenAIUsage(usageOfChoices(usages)) }
    return [...(options.includeUsage ? [encodeChunk(usage)] : []), sseData('[DONE]')]
  }

  return {
    answer: (answers) => encodeCompletion(answers, identity),
    event(event, choice) {
      const frames = begun.has(choice) ? [] : [chunk(choice, { delta: { role: 'assistant', content: '' } })]
      begun.add(choice)
      frames.push(chunk(choice, encodeEvent(event)))
      if (event.type !== 'finish') return frames
      usages.push(event.usage)
      return [...frames, ...end()]
    },
    // Neither a finish reason nor [DONE] follows, so that no client takes the fragment for a whole answer.
    error: (error) => [sseData(JSON.stringify(encodeOpenAIError(error)))],
  }
}

type Identity = ResponseIdentity & { model: string }

interface ChunkFields {
  delta?: WireDelta
  logprobs?: WireLogprobs | null
  finishReason?: WireFinishReason | null
}

function chunkHead({ id, created, model }: Identity): Omit<WireChunk, 'choices' | 'usage'> {
  return { id, object: 'chat.completion.chunk', created, model, system_fingerprint: SYSTEM_FINGERPRINT }
}

function encodeChunk(chunk: WireChunk): string {
  return sseData(JSON.stringify(chunk))
}

function encodeEvent(event: AnswerEvent): ChunkFields {
  switch (event.type) {
    case 'text-delta':
      return { delta: { content: event.text } }
    case 'reasoning-delta':
      return { delta: encodeReasoning(event.text) }
    case 'tool-call-start': {
      const { index, id, name } = event
      return { delta: { tool_calls: [{ index, id, type: 'function', function: { name, arguments: '' } }] } }
    }
    case 'tool-call-delta':
      return { delta: { tool_calls: [{ index: event.index, function: { arguments: event.arguments } }] } }
    case 'part-token':
      return {}
    case 'refusal-delta':
      return { delta: { content: event.text } }
    case 'logprobs':
      return { delta: { content: '' }, logprobs: encodeLogprobs(event.content) }
    case 'finish':
      return { finishReason: encodeFinishReason(event.reason) }
  }
}

function encodeCompletion(answers: readonly Answer[], { id, created, model }: Identity): WireCompletion {
  return {
    id,
    object: 'chat.completion',
    created,
    model,
    system_fingerprint: SYSTEM_FINGERPRINT,
    choices: answers.map(encodeChoice),
    usage: encodeOpenAIUsage(usageOfChoices(answers.map(({ usage }) => usage))),
  }
}

function encodeChoice(answer: Answer, index: number): WireCompletion['choices'][number] {
  const toolCalls = answer.toolCalls.map(({ id, name, arguments: args }) => ({
    id,
    type: 'function' as const,
    function: { name, arguments: args },
  }))
  return {
    index,
    message: {
      role: 'assistant',
      content: answer.text === '' && toolCalls.length > 0 ? null : answer.text,
      refusal: null,
      ...(answer.reasoning !== '' && encodeReasoning(answer.reasoning)),
      ...(toolCalls.length > 0 && { tool_calls: toolCalls }),
    },
    logprobs: answer.logprobs.length > 0 ? encodeLogprobs(answer.logprobs) : null,
    finish_reason: encodeFinishReason(answer.finishReason),
  }
}

/** OpenAI has no field for it; these are the names that clients and gateways use. */
function encodeReasoning(text: string): WireReasoning {
  return { reasoning_content: text, reasoning: text, reasoning_details: [{ type: 'reasoning.text', text, index: 0 }] }
}

function encodeLogprobs(content: readonly unknown[]): WireLogprobs {
  return { content: content as WireLogprobs['content'], refusal: null }
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
