import { expect } from 'vitest'
import {
  type AbstractAnswer,
  type AbstractError,
  emptyAnswer,
  readUnnamed,
  type ToolDefinition,
  type Turn,
  type UserPart,
  type ClientFormat,
} from '../client-format.ts'

export const gemini: ClientFormat = {
  name: 'Gemini',
  capabilities: {
    system: 'expressed',
    history: 'expressed',
    tools: 'expressed',
    demand: 'expressed',
    parallelCalls: 'expressed',
    oneCallOnly: {
      reason: 'Google has no field for it',
      attempt: { parallelToolCalls: false },
      instead: { ignored: 'parallelToolCalls' },
    },
    images: 'expressed',
    reasoning: 'expressed',
  },
  countsParts: true,
  frames: 'events',
  // That there are calls to be made only the parts say.
  stopReasons: { stop: 'STOP', length: 'MAX_TOKENS', 'tool-calls': 'STOP', 'content-filter': 'SAFETY' },
  refusal: { stop: 'STOP', isText: true },
  errorTypes: { 400: 'INVALID_ARGUMENT', 401: 'UNAUTHENTICATED', 429: 'RESOURCE_EXHAUSTED', 500: 'INTERNAL', 502: 'UNAVAILABLE' },

  encode: ({ system, turns, tools, mustCall, maxTokens, stream }) => ({
    path: `/v1beta/models/test/model:${stream ? 'streamGenerateContent?alt=sse' : 'generateContent'}`,
    body: {
      ...(system !== undefined && { systemInstruction: { parts: [{ text: system }] } }),
      contents: turns.map(encodeTurn),
      ...(tools && { tools: [{ functionDeclarations: tools.map(encodeTool) }] }),
      ...(mustCall && { toolConfig: { functionCallingConfig: { mode: 'ANY' } } }),
      generationConfig: { maxOutputTokens: maxTokens, thinkingConfig: { includeThoughts: true } },
    },
  }),

  decodeAnswer: (body) => decode([body]),

  decodeStream: (events) => decode(events.map(readUnnamed)),

  decodeError,
}

/** An answer is one chunk or many of the same form. */
function decode(chunks: any[]): AbstractAnswer {
  const answer: AbstractAnswer = emptyAnswer()
  for (const chunk of chunks) {
    if (chunk.error) {
      answer.error = decodeError(chunk)
      continue
    }
    const {
      candidates: [{ content, finishReason }],
      usageMetadata: usage,
    } = chunk
    for (const { text, thought, functionCall: call } of content.parts) {
      if (call) answer.calls.push({ id: call.id, name: call.name, arguments: JSON.stringify(call.args) })
      else if (thought) answer.reasoning += text
      else answer.text += text
    }
    answer.stop = finishReason ?? answer.stop
    if (!usage) continue
    // Google counts thoughts beside the rest of the output.
    const output = usage.candidatesTokenCount + (usage.thoughtsTokenCount ?? 0)
    expect(usage.totalTokenCount).toBe(usage.promptTokenCount + output)
    answer.usage = {
      input: usage.promptTokenCount,
      output,
      cached: usage.cachedContentTokenCount ?? 0,
      reasoning: usage.thoughtsTokenCount ?? 0,
    }
  }
  return answer
}

function decodeError(body: any): AbstractError {
  const { code, message, status, details } = body.error
  expect(code).toBeTypeOf('number')
  expect(details).toContainEqual(expect.objectContaining({ '@type': 'type.googleapis.com/google.rpc.ErrorInfo' }))
  // Google's clients look into the body.
  const pause = details.find((detail: any) => detail['@type'] === 'type.googleapis.com/google.rpc.RetryInfo')
  return { type: status, message, retryAfter: pause && Number.parseFloat(pause.retryDelay) }
}

function encodeTurn(turn: Turn): object {
  switch (turn.role) {
    case 'user':
      return { role: 'user', parts: turn.parts.map(encodePart) }
    case 'assistant':
      return {
        role: 'model',
        parts: [
          ...(turn.reasoning ? [{ text: turn.reasoning, thought: true }] : []),
          ...(turn.text ? [{ text: turn.text }] : []),
          ...turn.calls.map(({ id, name, arguments: args }) => ({ functionCall: { id, name, args: JSON.parse(args) } })),
        ],
      }
    case 'tools':
      return {
        role: 'user',
        parts: turn.results.map(({ call: { id, name }, content }) => ({ functionResponse: { id, name, response: { output: content } } })),
      }
  }
}

function encodeTool({ parameters, ...tool }: ToolDefinition): object {
  return { ...tool, parametersJsonSchema: parameters }
}

function encodePart(part: UserPart): object {
  return part.type === 'text' ? { text: part.text } : { inlineData: { mimeType: part.mediaType, data: part.data } }
}
