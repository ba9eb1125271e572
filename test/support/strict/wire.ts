import { randomBytes } from 'node:crypto'
import type { IncomingHttpHeaders } from 'node:http'
import type { IssuedAnswer } from './ledger.ts'
import type { Answer, Turn } from './scripts.ts'
import type { Owner, Subject, TokenFault } from './tokens.ts'

/** A request to one wire of the server. */
export interface WireRequest {
  method: string
  /** Below the wire's base URL, without the query: `/chat/completions`. */
  path: string
  query: URLSearchParams
  headers: IncomingHttpHeaders
  /** As sent. */
  text: string
  /** Undefined when the text is no JSON. */
  body: unknown
  /** The first segment of its path, with a tag: who owns the tokens of its answers. */
  provider: string
}

/** What a wire may use of the server, bound to one call. */
export interface WireContext {
  /** Plays the model's script. Throws a `ScriptedFailure`. */
  play(turn: Turn): Answer
  /** Whether the server plays a model of that name. */
  knows(model: string): boolean
  mint(owner: Owner, subject: Subject): string
  /** What is wrong with a token that came back; a good one is counted as returned. */
  check(token: string, owner: Owner, subject: Subject): TokenFault | undefined
  issue(answer: IssuedAnswer): void
  answersWithCalls(owner: Owner, ids: readonly string[]): IssuedAnswer[]
  answersWithText(owner: Owner, text: string): IssuedAnswer[]
  /** Says that the model lost its reasoning, though the vendor does not refuse it. */
  lose(rule: string, message: string, turn?: 'current' | 'earlier'): void
}

/** What a wire answers. Frames are written one by one; `cut` breaks the connection after the last. */
export type Reply =
  | { status: number; headers?: Record<string, string>; json: unknown }
  | { status: number; headers?: Record<string, string>; frames: string[]; cut?: boolean }

/** A vendor's API. `handle` throws a `Refusal` for what the vendor refuses. */
export interface Wire {
  handle(request: WireRequest, context: WireContext): Reply
  /** The vendor's body for a failure that a script asked for. */
  failure(status: number): unknown
}

/** Tokens of every answer: 11 of input of which 4 were cached, 10 of output of which 5 were thinking. */
export const TOKENS = { input: 11, cached: 4, output: 10, thinking: 5 } as const

const SSE = { 'content-type': 'text/event-stream; charset=utf-8', 'cache-control': 'no-cache' }

/** A stream of server-sent events. */
export function stream(frames: string[], { end }: Answer): Reply {
  return { status: 200, headers: SSE, frames, cut: end === 'cut' }
}

/** One event; `name` where the vendor names them. */
export function frame(data: unknown, name?: string): string {
  return `${name === undefined ? '' : `event: ${name}\n`}data: ${typeof data === 'string' ? data : JSON.stringify(data)}\n\n`
}

/** A text in two pieces, as tokens arrive; none of an empty one. Never cuts a pair of surrogates. */
export function inPieces(text: string): string[] {
  const letters = [...text]
  const middle = Math.ceil(letters.length / 2)
  return [letters.slice(0, middle), letters.slice(middle)].map((piece) => piece.join('')).filter((piece) => piece !== '')
}

/** An id that no other answer has, with the vendor's prefix. */
export function newId(prefix: string): string {
  return `${prefix}${randomBytes(12).toString('hex')}`
}
