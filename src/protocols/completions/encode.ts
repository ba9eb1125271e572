import type { Usage } from '../../core/usage.ts'
import type { Answer } from '../answer.ts'
import { usageOfChoices } from '../choices-usage.ts'
import { encodeOpenAIError } from '../openai-error.ts'
import { encodeOpenAIUsage } from '../openai-usage.ts'
import type { EncodedEvent, Encoder, ResponseIdentity } from '../protocol.ts'
import { sseComment, sseData } from '../sse.ts'
import { encodeLogprobs } from './logprobs.ts'
import { encodeTextFinishReason, type TextFinishReason } from '../text-finish-reason.ts'
import type { JsonChunk, JsonCompletion, JsonLogprobs } from './shapes.ts'

const SYSTEM_FINGERPRINT = 'fp_opencode'

export interface EncodeOptions {
  /** The model as the client named it, or the one that was chosen for it. */
  model: string
  choices: number
  /** What every text begins with: the prompt, where the client wants it repeated. */
  echo: string
  /** Whether a stream ends with a chunk that has the usage. */
  includeUsage: boolean
}

/** Makes the encoder of one response. */
export function createEncoder(response: ResponseIdentity, { model, choices, echo, includeUsage }: EncodeOptions): Encoder {
  const head = { id: `cmpl-${response.id}`, object: 'text_completion' as const, created: response.created, model, system_fingerprint: SYSTEM_FINGERPRINT }
  const begun = new Set<number>()
  /** Where the next token of each choice begins. */
  const offsets = Array.from({ length: choices }, () => echo.length)
  const usages: (Usage | undefined)[] = []

  function chunk(index: number, { text = '', logprobs, finishReason }: ChunkFields): string {
    return encodeChunk({
      ...head,
      choices: [{ index, text, logprobs: logprobs ?? null, finish_reason: finishReason ?? null }],
      ...(includeUsage && { usage: null }),
    })
  }

  function begin(choice: number): string[] {
    if (echo === '' || begun.has(choice)) return []
    begun.add(choice)
    return [chunk(choice, { text: echo })]
  }

  function end(): string[] {
    if (usages.length < choices) return []
    const usage = { ...head, choices: [], usage: encodeOpenAIUsage(usageOfChoices(usages), response.cost?.()) }
    return [...(includeUsage ? [encodeChunk(usage)] : []), sseData('[DONE]')]
  }

  function encodeEvent(event: EncodedEvent, choice: number): string[] {
    switch (event.type) {
      case 'text-delta':
      case 'refusal-delta':
        return [chunk(choice, { text: event.text })]
      case 'logprobs': {
        const logprobs = encodeLogprobs(event.content, offsets[choice]!)
        offsets[choice]! += logprobs.tokens.join('').length
        return [chunk(choice, { logprobs })]
      }
      case 'finish':
        usages.push(event.usage)
        return [chunk(choice, { finishReason: encodeTextFinishReason(event.reason) }), ...end()]
      default:
        // The format has no place for thoughts and calls; a comment shows that something happens.
        return [sseComment('thinking')]
    }
  }

  return {
    answer: (answers): JsonCompletion => ({
      ...head,
      choices: answers.map((answer, index) => encodeChoice(answer, index, echo)),
      usage: encodeOpenAIUsage(usageOfChoices(answers.map(({ usage }) => usage)), response.cost?.()),
    }),
    event: (event, choice) => [...begin(choice), ...encodeEvent(event, choice)],
    // Neither a finish reason nor [DONE] follows, so that no client takes the fragment for a whole answer.
    error: (error) => [sseData(JSON.stringify(encodeOpenAIError(error)))],
  }
}

interface ChunkFields {
  text?: string
  logprobs?: JsonLogprobs
  finishReason?: TextFinishReason
}

function encodeChunk(chunk: JsonChunk): string {
  return sseData(JSON.stringify(chunk))
}

function encodeChoice({ text, refusal, logprobs, finishReason }: Answer, index: number, echo: string): JsonCompletion['choices'][number] {
  return {
    index,
    text: echo + text + refusal,
    logprobs: logprobs.length > 0 ? encodeLogprobs(logprobs, echo.length) : null,
    finish_reason: encodeTextFinishReason(finishReason),
  }
}
