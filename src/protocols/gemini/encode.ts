import type { ToolCall } from '../../core/prompt.ts'
import type { Usage } from '../../core/usage.ts'
import type { Answer } from '../answer.ts'
import { usageOfChoices } from '../choices-usage.ts'
import type { AnswerEvent, Encoder } from '../protocol.ts'
import { sseComment, sseData } from '../sse.ts'
import { encodeEnd, encodeLogprobs, encodeUsage } from './encode-parts.ts'
import { encodeGeminiError } from './error.ts'
import type { WireCandidate, WirePart, WireResponse } from './wire.ts'

type Identity = Pick<WireResponse, 'modelVersion' | 'responseId'>

export interface EncodeOptions {
  choices: number
  /** Whether the client wants to see what the model thought. */
  includeThoughts: boolean
}

/** Makes the encoder of one response. */
export function createEncoder(identity: Identity, options: EncodeOptions): Encoder {
  const calls: ToolCall[][] = Array.from({ length: options.choices }, () => [])
  const usages: (Usage | undefined)[] = []

  function chunk(index: number, parts: WirePart[], more: Omit<Partial<WireCandidate>, 'content' | 'index'> = {}, usage?: Usage): string[] {
    // Clients drop a content without parts.
    const content = { role: 'model' as const, parts: parts.length > 0 ? parts : [{ text: '' }] }
    return [sseData(JSON.stringify(respond([{ content, ...more, index }], usage)))]
  }

  function respond(candidates: WireCandidate[], usage: Usage | undefined): WireResponse {
    return { candidates, ...(usage && { usageMetadata: encodeUsage(usage) }), ...identity }
  }

  function encodeEvent(event: AnswerEvent, choice: number): string[] {
    switch (event.type) {
      case 'text-delta':
        return chunk(choice, [{ text: event.text }])
      case 'reasoning-delta':
        // A comment shows who does not want to see the thoughts that something happens.
        return options.includeThoughts ? chunk(choice, [{ text: event.text, thought: true }]) : [sseComment('thinking')]
      case 'tool-call-start':
        calls[choice]![event.index] = { id: event.id, name: event.name, arguments: '' }
        return []
      case 'tool-call-delta':
        calls[choice]![event.index]!.arguments += event.arguments
        return []
      case 'refusal-delta':
        return chunk(choice, [{ text: event.text }])
      case 'part-token':
        return []
      case 'logprobs':
        return event.content.length > 0 ? chunk(choice, [], encodeLogprobs(event.content)) : []
      case 'finish': {
        usages.push(event.usage)
        const { parts, ...end } = encodeEnd(calls[choice]!.filter(Boolean), event.reason)
        return chunk(choice, parts, end, usages.length === options.choices ? usageOfChoices(usages) : undefined)
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

function encodeCandidate(answer: Answer, index: number, { includeThoughts }: EncodeOptions): WireCandidate {
  const { parts: calls, ...end } = encodeEnd(answer.toolCalls, answer.finishReason)
  const parts: WirePart[] = [
    ...(includeThoughts && answer.reasoning !== '' ? [{ text: answer.reasoning, thought: true as const }] : []),
    ...(answer.text !== '' ? [{ text: answer.text }] : []),
    ...calls,
  ]
  return {
    content: { role: 'model', parts: parts.length > 0 ? parts : [{ text: '' }] },
    ...end,
    index,
    ...(answer.logprobs.length > 0 && encodeLogprobs(answer.logprobs)),
  }
}
