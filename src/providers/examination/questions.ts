import type { KnownWire } from '../../core/call.ts'
import { isObject } from '../../core/json-value.ts'

/** What a test asks of a model. */
export interface Question {
  /** What the provider calls the model. */
  model: string
  stream: boolean
  /** Offers a tool, and asks for it. */
  tool?: boolean
  /** Wants JSON of a schema. */
  schema?: boolean
}

const TOOL = { name: 'report_ready', description: 'Reports that tools can be called.' }
const TOOL_SCHEMA = { type: 'object', properties: { ready: { type: 'boolean' } }, required: ['ready'] }
const SCHEMA = { type: 'object', properties: { ready: { type: 'boolean' } }, required: ['ready'], additionalProperties: false }

/** Enough for a model that thinks before it answers. */
const TOKENS = 512

function textOf({ tool, schema }: Question): string {
  if (tool) return 'Call the function report_ready with ready set to true. Answer with the call only.'
  return schema ? 'Answer with a JSON object whose field "ready" is true.' : 'Answer with the word ready.'
}

/** The body of a question in each format. */
export const BODIES: Record<KnownWire, (question: Question) => Record<string, unknown>> = {
  chat: (question) => ({
    model: question.model,
    messages: [{ role: 'user', content: textOf(question) }],
    max_tokens: TOKENS,
    stream: question.stream,
    ...(question.stream && { stream_options: { include_usage: true } }),
    ...(question.tool && { tools: [{ type: 'function', function: { ...TOOL, parameters: TOOL_SCHEMA } }], tool_choice: 'auto' }),
    ...(question.schema && { response_format: { type: 'json_schema', json_schema: { name: 'ready', strict: true, schema: SCHEMA } } }),
  }),
  responses: (question) => ({
    model: question.model,
    input: [{ role: 'user', content: textOf(question) }],
    max_output_tokens: TOKENS,
    stream: question.stream,
    store: false,
    ...(question.tool && { tools: [{ type: 'function', ...TOOL, parameters: TOOL_SCHEMA, strict: false }] }),
    ...(question.schema && { text: { format: { type: 'json_schema', name: 'ready', strict: true, schema: SCHEMA } } }),
  }),
  messages: (question) => ({
    model: question.model,
    messages: [{ role: 'user', content: textOf(question) }],
    max_tokens: TOKENS,
    stream: question.stream,
    ...(question.tool && { tools: [{ ...TOOL, input_schema: TOOL_SCHEMA }] }),
    ...(question.schema && { output_config: { format: { type: 'json_schema', schema: SCHEMA } } }),
  }),
  gemini: (question) => ({
    contents: [{ role: 'user', parts: [{ text: textOf(question) }] }],
    ...(question.tool && { tools: [{ functionDeclarations: [{ ...TOOL, parameters: TOOL_SCHEMA }] }] }),
    generationConfig: { maxOutputTokens: TOKENS, ...(question.schema && { responseMimeType: 'application/json', responseJsonSchema: SCHEMA }) },
  }),
}

/** Where it goes, below the address of the model. */
export function pathOf(wire: KnownWire, { model, stream }: Question): string {
  if (wire === 'gemini') return `/models/${model}:${stream ? 'streamGenerateContent?alt=sse' : 'generateContent'}`
  return { chat: '/chat/completions', responses: '/responses', messages: '/messages' }[wire]
}

/** Whether there is a call of a tool anywhere in an answer. */
export function hasCall(answer: unknown): boolean {
  if (Array.isArray(answer)) return answer.some(hasCall)
  if (!isObject(answer)) return false
  if (Array.isArray(answer.tool_calls) && answer.tool_calls.length > 0) return true
  if (answer.type === 'tool_use' || answer.type === 'function_call' || 'functionCall' in answer) return true
  return Object.values(answer).some(hasCall)
}

/** Whether a text of an answer is the JSON that was asked for. */
export function hasReadyJson(answer: unknown): boolean {
  if (typeof answer === 'string') return isReady(answer)
  if (Array.isArray(answer)) return answer.some(hasReadyJson)
  return isObject(answer) && Object.values(answer).some(hasReadyJson)
}

function isReady(text: string): boolean {
  try {
    const value: unknown = JSON.parse(text)
    return isObject(value) && 'ready' in value
  } catch {
    return false
  }
}

/** Whether the text of a stream tells the tokens that were used. */
export function tellsUsage(wire: KnownWire, text: string): boolean {
  return (wire === 'gemini' ? /"usageMetadata"\s*:\s*\{/ : /"usage"\s*:\s*\{/).test(text)
}
