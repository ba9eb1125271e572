import { callsOf } from '../../core/assistant-message.ts'
import type { Prompt, Tool } from '../../core/prompt.ts'
import { present } from '../shared/present.ts'
import { type ToolNames, toolNamesOf } from '../shared/tool-names.ts'
import { toolSchema } from '../shared/tool-schema.ts'
import { cacheControl } from './cache.ts'
import type { Claude } from './claude.ts'
import { closedSchema } from './output-schema.ts'

type Json = Record<string, unknown>

/** Strict tools that Anthropic compiles for a request, at most. */
const MOST_STRICT = 20

/** The fields of a body about tools. */
export function encodeTools(prompt: Prompt, claude: Claude): Json {
  const { tools, toolChoice, parameters, messages } = prompt
  const names = toolNamesOf(prompt)
  if (tools.length === 0) return toolsOfHistory(messages, names)
  const forced = toolChoice.type === 'required' || toolChoice.type === 'tool'
  const allowed = !forced || claude.forcedCalls
  // A model that cannot be made to call is offered no other tool at least.
  const offered = !allowed && toolChoice.type === 'tool' ? tools.filter(({ name }) => name === toolChoice.name) : tools
  const strict = claude.schemas && offered.filter((tool) => tool.strict).length <= MOST_STRICT
  return present({
    tools: offered.map((tool) => encodeTool(tool, names, strict)),
    tool_choice: encodeChoice(allowed ? toolChoice : { type: 'auto' }, names, parameters.parallelToolCalls === false),
  })
}

function encodeTool({ name, description, parameters, strict, cache }: Tool, names: ToolNames, strictly: boolean): Json {
  const schema = toolSchema(parameters)
  const closed = strict && strictly ? closedSchema(schema) : undefined
  return { name: names.toProvider(name), ...present({ description }), input_schema: closed ?? schema, ...(closed && { strict: true }), ...cacheControl(cache) }
}

function encodeChoice(choice: Prompt['toolChoice'], names: ToolNames, oneCall: boolean): Json | undefined {
  const limit = oneCall ? { disable_parallel_tool_use: true } : {}
  switch (choice.type) {
    case 'auto':
      return oneCall ? { type: 'auto', ...limit } : undefined
    case 'required':
      return { type: 'any', ...limit }
    case 'tool':
      return { type: 'tool', name: names.toProvider(choice.name), ...limit }
    case 'none':
      return { type: 'none' }
  }
}

/** A history with calls needs tools, though none is on offer any more. */
function toolsOfHistory(messages: Prompt['messages'], { toProvider }: ToolNames): Json {
  const called = new Set(messages.flatMap((message) => (message.role === 'assistant' ? callsOf(message).map(({ name }) => name) : [])))
  if (called.size === 0) return {}
  return { tools: [...called].map((name) => ({ name: toProvider(name), input_schema: toolSchema() })), tool_choice: { type: 'none' } }
}
