import type { Prompt, ToolChoice } from '../../core/prompt.ts'
import { functionOf, withConfigured } from '../shared/openai-body.ts'
import { present } from '../shared/present.ts'
import { type ToolNames, toolNamesOf } from '../shared/tool-names.ts'
import type { Target } from '../wire.ts'
import { dialectOf } from './dialect.ts'
import { encodeMessages } from './encode-messages.ts'
import { encodeParameters, leftOpen } from './encode-parameters.ts'

type Json = Record<string, unknown>

/** Writes the body of OpenAI's `POST /chat/completions`, as the provider in question takes it. */
export function encode(prompt: Prompt, target: Target): Json {
  const { form, stream } = target
  const dialect = dialectOf(form)
  const names = toolNamesOf(prompt)
  const body = {
    model: form.apiModel,
    messages: encodeMessages(prompt.messages, { target, dialect, names }),
    ...encodeTools(prompt, names),
    ...encodeParameters(prompt, target, dialect),
    // Mistral tells its usage unasked, and refuses to be asked.
    ...(stream && { stream: true, ...(!dialect.mistral && { stream_options: { include_usage: true } }) }),
  }
  return withConfigured(body, leftOpen(form.configured, prompt))
}

function encodeTools({ tools, toolChoice, parameters }: Prompt, names: ToolNames): Json {
  if (tools.length === 0) return {}
  return present({
    tools: tools.map((tool) => ({ type: 'function', function: functionOf(tool, names) })),
    tool_choice: encodeChoice(toolChoice, names),
    parallel_tool_calls: parameters.parallelToolCalls,
  })
}

function encodeChoice(choice: ToolChoice, names: ToolNames): string | Json {
  return choice.type === 'tool' ? { type: 'function', function: { name: names.toProvider(choice.name) } } : choice.type
}
