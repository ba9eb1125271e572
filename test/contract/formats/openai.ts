import type { EventSourceMessage } from 'eventsource-parser'
import { expect } from 'vitest'
import {
  type AbstractAnswer,
  type AbstractError,
  type AbstractUsage,
  emptyAnswer,
  type ErrorStatus,
  readUnnamed,
  retryAfterOf,
  type UserPart,
} from '../client-format.ts'

/** What OpenAI's three formats have in common. */

export const errorTypes: Record<ErrorStatus, string> = {
  400: 'invalid_request_error',
  401: 'invalid_request_error',
  429: 'rate_limit_error',
  500: 'server_error',
  502: 'server_error',
}

/** @param headers none for an error in a stream */
export function decodeError(body: any, headers = new Headers()): AbstractError {
  const { message, type } = body.error
  expect(Object.keys(body)).toEqual(['error'])
  expect(Object.keys(body.error).toSorted()).toEqual(['code', 'message', 'param', 'type'])
  return { type, message, retryAfter: retryAfterOf(headers) }
}

/** Usage by the names of Chat Completions and Completions. */
export function decodeUsage(usage: any): AbstractUsage | undefined {
  if (!usage) return undefined
  expect(usage.total_tokens).toBe(usage.prompt_tokens + usage.completion_tokens)
  return {
    input: usage.prompt_tokens,
    output: usage.completion_tokens,
    cached: usage.prompt_tokens_details.cached_tokens,
    reasoning: usage.completion_tokens_details.reasoning_tokens,
  }
}

export function dataUrl({ mediaType, data }: Extract<UserPart, { type: 'image' }>): string {
  return `data:${mediaType};base64,${data}`
}

/**
 * Reads the chunks of Chat Completions and Completions, which differ in what a choice is.
 * @param read adds what is in a choice to the answer
 */
export function decodeChunks(events: readonly EventSourceMessage[], read: (answer: AbstractAnswer, choice: any) => void): AbstractAnswer {
  const answer = emptyAnswer()
  let finishReason: string | undefined
  for (const event of events) {
    if (event.data === '[DONE]') {
      answer.stop = finishReason
      continue
    }
    const chunk = readUnnamed(event)
    if (chunk.error) {
      answer.error = decodeError(chunk)
      continue
    }
    answer.usage = decodeUsage(chunk.usage) ?? answer.usage
    for (const choice of chunk.choices) {
      read(answer, choice)
      finishReason = choice.finish_reason ?? finishReason
    }
  }
  return answer
}
