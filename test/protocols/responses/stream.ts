import type { FinishReason } from '../../../src/core/answer-event.ts'
import type { OfferedTool } from '../../../src/protocols/responses/decode-tools.ts'
import { createEncoder } from '../../../src/protocols/responses/encode.ts'
import { newResponse } from '../../../src/protocols/responses/response.ts'
import type { ResponsesRequest } from '../../../src/protocols/responses/schema.ts'
import type { JsonEvent, JsonItem, JsonResponse } from '../../../src/protocols/responses/shapes.ts'
import type { EncodedEvent, Encoder } from '../../../src/protocols/protocol.ts'

export const usage = { input: 10, output: 7, cachedInput: 3, cacheWrites: 2, reasoning: 2 }

export const stop: EncodedEvent = { type: 'finish', reason: 'stop', usage }

export function finish(reason: FinishReason): EncodedEvent {
  return { type: 'finish', reason, usage }
}

export function text(delta: string): EncodedEvent {
  return { type: 'text-delta', text: delta }
}

export function reasoning(delta: string): EncodedEvent {
  return { type: 'reasoning-delta', text: delta }
}

export function start(index: number, name: string): EncodedEvent {
  return { type: 'tool-call-start', index, id: `call_${index}`, name }
}

export function args(index: number, json: string): EncodedEvent {
  return { type: 'tool-call-delta', index, arguments: json }
}

export const weather: OfferedTool = { kind: 'function', name: 'weather', tool: { name: 'weather' } }
export const patch: OfferedTool = { kind: 'custom', name: 'apply_patch', tool: { name: 'apply_patch' } }
export const list: OfferedTool = { kind: 'function', name: 'list', namespace: 'mcp__files', tool: { name: 'mcp__files__list' } }
export const search: OfferedTool = { kind: 'search', name: 'tool_search', tool: { name: 'tool_search' } }

/** An encoder, and the responses that it reported as finished, with what of them the client did not ask for. */
export function encoder(
  request: Partial<ResponsesRequest> = {},
  { showTokens = false } = {},
): { encoder: Encoder; finished: JsonResponse[]; kept: (JsonItem[] | undefined)[] } {
  const finished: JsonResponse[] = []
  const kept: (JsonItem[] | undefined)[] = []
  const identity = { id: 'abc', created: 1_700_000_000 }
  const response = newResponse(request, { identity, model: 'gpt-5', tools: [] })
  const made = createEncoder(response, {
    offered: [weather, patch, list, search],
    showTokens,
    finished: (end, output) => {
      finished.push(end)
      kept.push(output)
    },
  })
  return { encoder: made, finished, kept }
}

export function stream(...events: EncodedEvent[]): JsonEvent[] {
  const { encoder: made } = encoder()
  return parse(events.flatMap((event) => made.event(event, 0)))
}

/** Reads the data of frames, whose `event:` lines must say the same. */
export function parse(frames: string[]): JsonEvent[] {
  return frames.map((frame) => {
    const [, name, data] = /^event: (\S+)\ndata: ([^\n]+)\n\n$/.exec(frame)!
    const event = JSON.parse(data!) as JsonEvent
    if (event.type !== name) throw new Error(`${name} has the data of ${event.type}`)
    return event
  })
}

export function final(events: JsonEvent[]): JsonResponse {
  return (events.at(-1) as { response: JsonResponse }).response
}
