import type { Usage } from '../../core/usage.ts'
import type { Answer } from '../answer.ts'
import { usageOfChoices } from '../choices-usage.ts'
import type { EncodedEvent, Encoder } from '../protocol.ts'
import { sseData } from '../sse.ts'
import { encodeEnd, encodeLogprobs, encodeParts, encodeUsage } from './encode-parts.ts'
import { encodeGeminiError } from './error.ts'
import { PartQueue } from './part-queue.ts'
import type { JsonCandidate, JsonPart, JsonResponse } from './shapes.ts'

type Identity = Pick<JsonResponse, 'modelVersion' | 'responseId'>

export interface EncodeOptions {
  choices: number
  /** Whether the client wants to see what the model thought. */
  includeThoughts: boolean
}

/** Makes the encoder of one response. */
export function createEncoder(identity: Identity, options: EncodeOptions): Encoder {
  const queues = Array.from({ length: options.choices }, () => new PartQueue(options.includeThoughts))
  const usages: (Usage | undefined)[] = []

  function chunk(index: number, parts: JsonPart[], more: Omit<Partial<JsonCandidate>, 'content' | 'index'> = {}, usage?: Usage): string[] {
    // Clients drop a content without parts.
    const content = { role: 'model' as const, parts: parts.length > 0 ? parts : [{ text: '' }] }
    return [sseData(JSON.stringify(respond([{ content, ...more, index }], usage)))]
  }

  function respond(candidates: JsonCandidate[], usage: Usage | undefined): JsonResponse {
    return { candidates, ...(usage && { usageMetadata: encodeUsage(usage) }), ...identity }
  }

  function encodeEvent(event: EncodedEvent, choice: number): string[] {
    const queue = queues[choice]!
    switch (event.type) {
      case 'logprobs':
        return event.content.length > 0 ? chunk(choice, [], encodeLogprobs(event.content)) : []
      case 'finish': {
        usages.push(event.usage)
        const { parts, malformed } = queue.end()
        return chunk(choice, parts, encodeEnd(event.reason, malformed), usages.length === options.choices ? usageOfChoices(usages) : undefined)
      }
      default: {
        const parts = queue.add(event)
        return parts.length > 0 ? chunk(choice, parts) : []
      }
    }
  }

  return {
    answer: (answers) =>
      respond(
        answers.map((answer, index) => encodeCandidate(answer, index, options)),
        usageOfChoices(answers.map(({ usage }) => usage)),
      ),
    event: encodeEvent,
    error: (error) => [sseData(JSON.stringify(encodeGeminiError(error)))],
  }
}

function encodeCandidate(answer: Answer, index: number, { includeThoughts }: EncodeOptions): JsonCandidate {
  const { parts, malformed } = encodeParts(answer.parts, includeThoughts)
  return {
    content: { role: 'model', parts: parts.length > 0 ? parts : [{ text: '' }] },
    ...encodeEnd(answer.finishReason, malformed),
    index,
    ...(answer.logprobs.length > 0 && encodeLogprobs(answer.logprobs)),
  }
}
