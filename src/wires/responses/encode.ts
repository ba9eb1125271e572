import { isObject } from '../../core/json-value.ts'
import type { Parameters, Prompt, ToolChoice } from '../../core/prompt.ts'
import { chooseEffort, saysHowToThink } from '../shared/effort-choice.ts'
import { functionOf, schemaOf, withConfigured } from '../shared/openai-body.ts'
import { present } from '../shared/present.ts'
import { isChatGpt } from '../shared/providers.ts'
import { type ToolNames, toolNamesOf } from '../shared/tool-names.ts'
import type { Target } from '../wire.ts'
import { forChatGpt } from './chatgpt.ts'
import { encodeInput } from './encode-input.ts'

type Json = Record<string, unknown>

/** Writes the body of OpenAI's `POST /responses`. */
export function encode(prompt: Prompt, target: Target): Json {
  const { form, stream } = target
  const names = toolNamesOf(prompt)
  const body = withConfigured(
    {
      model: form.apiModel,
      input: encodeInput(prompt.messages, target, names),
      ...encodeTools(prompt, names),
      ...encodeParameters(prompt, target),
      ...(stream && { stream: true }),
    },
    leftOpen(form.configured, prompt),
    ['reasoning', 'text'],
  )
  const complete = { ...body, ...encodeKeeping(body, target) }
  return isChatGpt(form) ? forChatGpt(complete, form) : complete
}

function encodeTools({ tools, toolChoice, parameters }: Prompt, names: ToolNames): Json {
  if (tools.length === 0) return {}
  return present({
    // Without a word, this format is strict.
    tools: tools.map((tool) => ({ type: 'function', ...functionOf(tool, names), strict: tool.strict ?? false })),
    tool_choice: encodeChoice(toolChoice, names),
    parallel_tool_calls: parameters.parallelToolCalls,
  })
}

function encodeChoice(choice: ToolChoice, names: ToolNames): string | Json {
  return choice.type === 'tool' ? { type: 'function', name: names.toProvider(choice.name) } : choice.type
}

function encodeParameters({ parameters, output }: Prompt, target: Target): Json {
  return present({
    max_output_tokens: parameters.maxOutputTokens,
    temperature: parameters.temperature,
    top_p: parameters.topP,
    user: parameters.user,
    metadata: parameters.metadata,
    store: parameters.store,
    service_tier: parameters.serviceTier,
    reasoning: unlessEmpty({ effort: chooseEffort(parameters, target.model).effort, summary: encodeDisplay(parameters, target) }),
    text: unlessEmpty({ format: encodeFormat(output), verbosity: parameters.verbosity }),
  })
}

/** `null` is OpenAI's word against the summary that the user's configuration asks for. */
function encodeDisplay({ reasoningDisplay: display }: Parameters, { form }: Target): string | null | undefined {
  if (display !== 'none') return display
  return isObject(form.configured.reasoning) ? null : undefined
}

/** What of the user's configuration the client leaves open. */
function leftOpen(configured: Json, { parameters }: Prompt): Json {
  const { reasoning } = configured
  if (!isObject(reasoning) || !saysHowToThink(parameters)) return configured
  const { effort: _effort, ...others } = reasoning
  return { ...configured, reasoning: unlessEmpty(others) }
}

function encodeFormat(output: Prompt['output']): Json | undefined {
  switch (output.type) {
    case 'json':
      return { type: 'json_object' }
    case 'json-schema':
      return { type: 'json_schema', ...schemaOf(output) }
    default:
      return undefined
  }
}

/**
 * What is not kept at the provider comes back encrypted. opencode has nothing kept there, and neither has a client that
 * does not ask for it; some logins refuse all else.
 */
function encodeKeeping({ store, include }: Json, { model, form }: Target): Json {
  const isStored = store ?? (form.defaults.store === false ? false : undefined)
  const wanted = Array.isArray(include) ? include : []
  const encrypted = isStored === true || isUnthinking(form.apiModel, model.reasoning) || wanted.includes(ENCRYPTED) ? [] : [ENCRYPTED]
  return present({ store: isStored, include: wanted.length + encrypted.length > 0 ? [...wanted, ...encrypted] : undefined })
}

const ENCRYPTED = 'reasoning.encrypted_content'

/** OpenAI's older models refuse to be asked for it. */
function isUnthinking(apiModel: string, reasoning: boolean): boolean {
  return !reasoning && /^(chatgpt|gpt-[34])/.test(apiModel)
}

function unlessEmpty(values: Json): Json | undefined {
  const given = present(values)
  return Object.keys(given).length > 0 ? given : undefined
}
