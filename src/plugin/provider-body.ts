import { callsOf } from '../core/assistant-message.ts'
import type { Wire } from '../core/model.ts'
import { type Envelope, modelIdOf } from './contract.ts'
import { withReasoning } from './reasoning-items.ts'
import { restoreSystemRole } from './system-role.ts'

type Json = Record<string, any>

/** The format of a provider call, by where it goes. */
export function wireOf(url: string): Wire {
  const { pathname } = new URL(url)
  if (pathname.endsWith('/chat/completions')) return 'chat'
  if (pathname.endsWith('/responses')) return 'responses'
  if (pathname.endsWith('/messages')) return 'messages'
  if (/:(stream)?generateContent$/i.test(pathname)) return 'gemini'
  return 'unknown'
}

/**
 * Completes the JSON body that a provider SDK made with what the SDK has no way to take, or would change: the
 * parameters it drops, the exact choice and definition of tools, the arguments of earlier calls as they were.
 */
export function completeBody(text: string, wire: Wire, envelope: Envelope): string {
  const body = JSON.parse(text) as Json
  restoreSystemRole(body, wire)
  COMPLETE[wire](body, envelope)
  return JSON.stringify(body)
}

const COMPLETE: Record<Wire, (body: Json, envelope: Envelope) => void> = {
  chat: completeChat,
  responses: completeResponses,
  messages: completeMessages,
  gemini: completeGemini,
  unknown: () => {},
}

function completeChat(body: Json, { parameters, tools, toolChoice, output, messages }: Envelope): void {
  const { temperature, topP, stop, seed, presencePenalty, frequencyPenalty, logitBias, logprobs } = parameters
  assign(body, {
    temperature,
    top_p: topP,
    stop,
    seed,
    presence_penalty: presencePenalty,
    frequency_penalty: frequencyPenalty,
    logit_bias: logitBias,
    logprobs: logprobs === undefined ? undefined : true,
    top_logprobs: logprobs || undefined,
    reasoning_effort: parameters.reasoningEffort,
    verbosity: parameters.verbosity,
    user: parameters.user,
    metadata: parameters.metadata,
    store: parameters.store,
    service_tier: parameters.serviceTier,
    prediction: parameters.prediction,
    response_format: output.type === 'text' ? undefined : chatFormat(output),
  })
  if (tools.length > 0) {
    body.tools = tools.map((tool) => ({ type: 'function', function: definition(tool) }))
    assign(body, {
      parallel_tool_calls: parameters.parallelToolCalls,
      tool_choice: toolChoice.type === 'tool' ? { type: 'function', function: { name: toolChoice.name } } : toolChoice.type,
    })
  }
  const original = originalArguments(messages)
  for (const call of (body.messages as Json[]).flatMap((message) => message.tool_calls ?? [])) {
    call.function.arguments = original(call.id) ?? call.function.arguments
  }
}

function completeResponses(body: Json, { model, parameters, tools, toolChoice, output, messages }: Envelope): void {
  const { temperature, topP, maxOutputTokens, user, metadata, store, serviceTier, reasoningEffort, verbosity } = parameters
  assign(body, { temperature, top_p: topP, max_output_tokens: maxOutputTokens, user, metadata, store, service_tier: serviceTier })
  if (reasoningEffort !== undefined) body.reasoning = { ...body.reasoning, effort: reasoningEffort }
  if (verbosity !== undefined) body.text = { ...body.text, verbosity }
  if (output.type !== 'text') body.text = { ...body.text, format: responsesFormat(output) }
  if (tools.length > 0) {
    body.tools = tools.map((tool) => ({ type: 'function', ...definition(tool), strict: tool.strict ?? false }))
    assign(body, {
      parallel_tool_calls: parameters.parallelToolCalls,
      tool_choice: toolChoice.type === 'tool' ? { type: 'function', name: toolChoice.name } : toolChoice.type,
    })
  }
  const original = originalArguments(messages)
  for (const item of body.input as Json[]) {
    if (item.type === 'function_call') item.arguments = original(item.call_id) ?? item.arguments
  }
  // What is not stored comes back encrypted, and opencode asks OpenAI alone for it.
  if (body.store === false && body.reasoning !== undefined) body.include = [...new Set([...(body.include ?? []), 'reasoning.encrypted_content'])]
  body.input = withReasoning(body.input as Json[], messages, modelIdOf(model))
}

function completeMessages(body: Json, { parameters, tools, toolChoice }: Envelope): void {
  assign(body, { stop_sequences: parameters.stop, metadata: parameters.user === undefined ? undefined : { user_id: parameters.user } })
  if (tools.length === 0) return
  const types = { auto: 'auto', none: 'none', required: 'any', tool: 'tool' } as const
  body.tool_choice = {
    type: types[toolChoice.type],
    ...(toolChoice.type === 'tool' ? { name: toolChoice.name } : {}),
    ...(parameters.parallelToolCalls === false && toolChoice.type !== 'none' ? { disable_parallel_tool_use: true } : {}),
  }
}

function completeGemini(body: Json, { parameters, tools, toolChoice, output }: Envelope): void {
  const { stop, seed, presencePenalty, frequencyPenalty } = parameters
  const format =
    output.type === 'text' ? {} : { responseMimeType: 'application/json', ...(output.type === 'json-schema' ? { responseJsonSchema: output.schema } : {}) }
  body.generationConfig = assign({ ...body.generationConfig }, { stopSequences: stop, seed, presencePenalty, frequencyPenalty, ...format })
  if (tools.length === 0) return
  const modes = { auto: 'AUTO', none: 'NONE', required: 'ANY', tool: 'ANY' } as const
  body.toolConfig = {
    functionCallingConfig: {
      mode: modes[toolChoice.type],
      ...(toolChoice.type === 'tool' ? { allowedFunctionNames: [toolChoice.name] } : {}),
    },
  }
}

type Format = Exclude<Envelope['output'], { type: 'text' }>

function chatFormat(output: Format): Json {
  return output.type === 'json' ? { type: 'json_object' } : { type: 'json_schema', json_schema: schemaFormat(output) }
}

function responsesFormat(output: Format): Json {
  return output.type === 'json' ? { type: 'json_object' } : { type: 'json_schema', ...schemaFormat(output) }
}

function schemaFormat({ name, description, schema, strict }: Extract<Format, { type: 'json-schema' }>): Json {
  return assign({ name, schema, strict }, { description })
}

function definition({ name, description, parameters, strict }: Envelope['tools'][number]): Json {
  return assign({ name }, { description, parameters, strict })
}

/**
 * The arguments of the calls in the history, which opencode parses and writes anew: by id and in their order, for some
 * providers use an id again in a later turn.
 */
function originalArguments(messages: Envelope['messages']): (id: string) => string | undefined {
  const calls = messages.flatMap((message) => (message.role === 'assistant' ? callsOf(message) : []))
  return (id) => {
    const index = calls.findIndex((call) => call.id === id)
    return index < 0 ? undefined : calls.splice(index, 1)[0]!.arguments
  }
}

/** Sets what is defined. */
function assign(target: Json, values: Json): Json {
  for (const [key, value] of Object.entries(values)) if (value !== undefined) target[key] = value
  return target
}
