import type { H3Event } from 'h3'
import type { z } from 'zod'
import type { Protocol } from '../protocols/protocol.ts'

export interface Route {
  /** A `GET` route answers `HEAD` too; `ANY` answers every method. */
  method: 'GET' | 'POST' | 'PATCH' | 'DELETE' | 'ANY'
  /** As h3 matches it: `/**` takes the rest of the path. */
  path: string
  /** The path in the OpenAPI document, where its parameters are not each a segment: `/v1/models/{model}`. */
  template?: string
  /** What it does, in a few words. */
  summary: string
  tag: Tag
  /** Whether a key is needed, where keys are configured. */
  auth: boolean
  /** The format whose clients use it, and get their errors in it; OpenAI's when there is none. */
  protocol?: Protocol
  /** What its body is held to; none where it reads no body. */
  request?: z.ZodType
  /** The media types of its answer; JSON when it names none. */
  answers?: readonly string[]
  handler(event: H3Event): unknown
}

/** What belongs together in the OpenAPI document. */
export type Tag = 'OpenAI' | 'Anthropic' | 'Gemini' | 'Ollama' | 'One call' | 'Sessions' | 'Bridge' | 'Not offered'

/** An answer in one piece, or as server-sent events where the request asks for a stream. */
export const JSON_OR_EVENTS: readonly string[] = ['application/json', 'text/event-stream']
