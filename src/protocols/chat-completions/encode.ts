import type { Usage } from '../../core/usage.ts'
import { type Answer, messageOf } from '../answer.ts'
import { usageOfChoices } from '../choices-usage.ts'
import { encodeOpenAIError } from '../openai-error.ts'
import { encodeOpenAIUsage } from '../openai-usage.ts'
import type { Encoder, ResponseIdentity } from '../protocol.ts'
import { sseData } from '../sse.ts'
import { type ChunkFields, DeltaWriter } from './delta-writer.ts'
import { encodeFinishReason, encodeLogprobs } from './encode-parts.ts'
import { ReasoningWriter } from './encode-reasoning.ts'
import type { JsonChunk, JsonCompletion } from './shapes.ts'
import { type CustomTools, writeCall } from './write-calls.ts'

const SYSTEM_FINGERPRINT = 'fp_opencode'

export interface EncodeOptions {
  /** The model as the client named it, or the one that was chosen for it. */
  model: string
  choices: number
  /** Whether a stream ends with a chunk that has the usage. */
  includeUsage: boolean
  /** Whether the client wants to see what the model thought. */
  showReasoning: boolean
  /** The client's tools that take a text. */
  customs: CustomTools
}

/** Makes the encoder of one response. */
export function createEncoder(response: ResponseIdentity, options: EncodeOptions): Encoder {
  const identity = { ...response, id: `chatcmpl-${response.id}`, model: options.model }
  const writers = new Map<number, DeltaWriter>()
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
    const usage = { ...chunkHead(identity), choices: [], usage: encodeOpenAIUsage(usageOfChoices(usages), identity.cost?.()) }
    return [...(options.includeUsage ? [encodeChunk(usage)] : []), sseData('[DONE]')]
  }

  return {
    answer: (answers) => encodeCompletion(answers, identity, options),
    event(event, choice) {
      const writer = writers.get(choice) ?? new DeltaWriter(options.showReasoning, options.customs)
      const frames = writers.has(choice) ? [] : [chunk(choice, { delta: { role: 'assistant', content: '' } })]
      writers.set(choice, writer)
      frames.push(...writer.write(event).map((fields) => chunk(choice, fields)))
      if (event.type !== 'finish') return frames
      usages.push(event.usage)
      return [...frames, ...end()]
    },
    // Neither a finish reason nor [DONE] follows, so that no client takes the fragment for a whole answer.
    error: (error) => [sseData(JSON.stringify(encodeOpenAIError(error)))],
  }
}

type Identity = ResponseIdentity & { model: string }

function chunkHead({ id, created, model }: Identity): Omit<JsonChunk, 'choices' | 'usage'> {
  return { id, object: 'chat.completion.chunk', created, model, system_fingerprint: SYSTEM_FINGERPRINT }
}

function encodeChunk(chunk: JsonChunk): string {
  return sseData(JSON.stringify(chunk))
}

function encodeCompletion(answers: readonly Answer[], { id, created, model, cost }: Identity, options: EncodeOptions): JsonCompletion {
  return {
    id,
    object: 'chat.completion',
    created,
    model,
    system_fingerprint: SYSTEM_FINGERPRINT,
    choices: answers.map((answer, index) => encodeChoice(answer, index, options)),
    usage: encodeOpenAIUsage(usageOfChoices(answers.map(({ usage }) => usage)), cost?.()),
  }
}

function encodeChoice(answer: Answer, index: number, { showReasoning, customs }: EncodeOptions): JsonCompletion['choices'][number] {
  const toolCalls = answer.toolCalls.map((call) => writeCall(call, customs))
  return {
    index,
    message: {
      role: 'assistant',
      content: answer.text === '' && (toolCalls.length > 0 || answer.refusal !== '') ? null : answer.text,
      refusal: answer.refusal === '' ? null : answer.refusal,
      ...new ReasoningWriter(showReasoning).message(messageOf(answer).parts),
      ...(toolCalls.length > 0 && { tool_calls: toolCalls }),
    },
    logprobs: answer.logprobs.length > 0 ? encodeLogprobs(answer.logprobs) : null,
    finish_reason: encodeFinishReason(answer.finishReason),
  }
}
