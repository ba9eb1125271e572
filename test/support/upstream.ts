import { setTimeout as sleep } from 'node:timers/promises'
import { chunkFrame, type ModelCall, startModelServer } from '../../src/demo/model-server.ts'
import { gate } from './gate.ts'

/** A scriptable model server that records every call, as the provider of a test's opencode. */
export interface Upstream {
  url: string
  calls: RecordedCall[]
  /** Answers every call from now on with `script`. */
  answer(script: Script): void
  /** Answers by the model asked for, else by the default script. */
  answerFor(model: string, script: Script): void
  close(): Promise<void>
}

export interface RecordedCall {
  path: string
  headers: Record<string, unknown>
  text: string
  body: any
  at: number
  /** When the caller hung up before the end; undefined otherwise. */
  hungUpAt: number | undefined
}

export type Script = (call: ModelCall, number: number) => void | Promise<void>

/** Starts it with an answer of one word; where somebody else has the port now, on another one. */
export async function startUpstream(port = 0): Promise<Upstream> {
  const calls: RecordedCall[] = []
  const scripts = new Map<string, Script>()
  let fallback: Script = say('ok')
  const answer = async (call: ModelCall) => {
    const { path, headers, text, body, signal } = call
    const record: RecordedCall = { path, headers, text, body, at: Date.now(), hungUpAt: undefined }
    calls.push(record)
    signal.addEventListener('abort', () => {
      if (!call.response.writableFinished) record.hungUpAt = Date.now()
    })
    await (scripts.get(body?.model) ?? fallback)(call, calls.length)
  }
  const server = await startModelServer(answer, undefined, port).catch(() => startModelServer(answer))
  return {
    url: server.url,
    calls,
    answer: (script) => {
      fallback = script
    },
    answerFor: (model, script) => void scripts.set(model, script),
    close: () => server.close(),
  }
}

/** Usage with cached and reasoning tokens, so that their arithmetic shows. */
export const USAGE = {
  prompt_tokens: 11,
  completion_tokens: 10,
  total_tokens: 21,
  prompt_tokens_details: { cached_tokens: 4 },
  completion_tokens_details: { reasoning_tokens: 5 },
}

export interface StreamOptions {
  /** Milliseconds between two chunks. */
  delay?: number
  /** Holds what follows the delta with this index. */
  after?: (index: number) => Promise<void>
  finishReason?: string | null
  /** False ends the stream without a finish reason. */
  finish?: boolean
}

/** A script that streams `words` as content. */
export function say(words: string | string[], options: StreamOptions = {}): Script {
  return stream(
    [words].flat().map((content) => ({ content })),
    options,
  )
}

/** A script that streams raw deltas. */
export function stream(deltas: Record<string, unknown>[], { delay = 0, after, finishReason = 'stop', finish = true }: StreamOptions = {}): Script {
  return async ({ response, body, signal }) => {
    response.writeHead(200, { 'content-type': 'text/event-stream' })
    for (const [index, delta] of deltas.entries()) {
      if (signal.aborted) return
      response.write(chunkFrame(body.model, { delta: index === 0 ? { role: 'assistant', ...delta } : delta }))
      if (delay > 0) await sleep(delay)
      await after?.(index)
    }
    if (finish) response.write(chunkFrame(body.model, { finishReason, usage: USAGE }))
    response.end(finish ? 'data: [DONE]\n\n' : '')
  }
}

/** An answer that goes on only as far as it is let. */
export interface SteppedAnswer {
  script: Script
  /** Lets the next delta go, or the end; the first goes by itself. */
  next(): void
}

/**
 * Streams raw deltas one at a time, so that a test sees what arrived before the next was even sent: how a stream is
 * shown to be one on a machine of any speed. For one call.
 */
export function stepped(deltas: Record<string, unknown>[], options: StreamOptions = {}): SteppedAnswer {
  const steps = deltas.map(gate)
  let taken = 0
  return {
    script: stream(deltas, { ...options, after: (index) => steps[index]!.opened }),
    next: () => steps[taken++]?.open(),
  }
}

/** A script that fails with a status and OpenAI's error envelope. */
export function fail(status: number, error: Record<string, unknown> = { message: 'upstream says no' }, headers: Record<string, string> = {}): Script {
  return ({ response }) => {
    response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify({ error }))
  }
}

/** A script that never answers. */
export const hang: Script = ({ signal }) => new Promise((resolve) => signal.addEventListener('abort', () => resolve()))

/** A script that answers with the text of the last user message. */
export const echo: Script = (call, number) => say(call.body.messages.findLast((message: { role: string }) => message.role === 'user').content)(call, number)

/** A script that hangs up without an answer. */
export const drop: Script = ({ response }) => void response.destroy()

/** A script that streams `words` and then hangs up in the middle of its answer. */
export function breakOff(words: string[]): Script {
  return async ({ response, body }) => {
    response.writeHead(200, { 'content-type': 'text/event-stream' })
    for (const [index, content] of words.entries()) response.write(chunkFrame(body.model, { delta: { ...(index === 0 && { role: 'assistant' }), content } }))
    // What a busy reader has not read when the connection breaks is lost to it.
    await sleep(500)
    response.destroy()
  }
}

/** A script that streams `words` and then falls silent. */
export function stall(words: string[]): Script {
  return async (call, number) => {
    call.response.writeHead(200, { 'content-type': 'text/event-stream' })
    for (const [index, content] of words.entries())
      call.response.write(chunkFrame(call.body.model, { delta: { ...(index === 0 && { role: 'assistant' }), content } }))
    await hang(call, number)
  }
}

/** A script that plays `scripts` one call after the other, and the last of them from then on. */
export function inTurn(...scripts: Script[]): Script {
  let played = 0
  return (call, number) => scripts[Math.min(played++, scripts.length - 1)]!(call, number)
}
