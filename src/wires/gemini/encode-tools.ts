import type { Prompt, Tool } from '../../core/prompt.ts'
import { present } from '../shared/present.ts'
import { type ToolNames, toolNamesOf } from '../shared/tool-names.ts'
import { toolSchema } from '../shared/tool-schema.ts'

type Json = Record<string, unknown>

/** The fields of a body about functions. */
export function encodeTools(prompt: Prompt): Json {
  const { tools, toolChoice } = prompt
  if (tools.length === 0) return {}
  const names = toolNamesOf(prompt)
  const config = encodeChoice(
    toolChoice,
    names,
    tools.some(({ strict }) => strict),
  )
  return {
    tools: [{ functionDeclarations: tools.map((tool) => encodeTool(tool, names)) }],
    ...(config && { toolConfig: { functionCallingConfig: config } }),
  }
}

/** The schema as the client wrote it: `parameters` would have to be of OpenAPI's kind. */
function encodeTool({ name, description, parameters }: Tool, names: ToolNames): Json {
  return { name: names.toProvider(name), ...present({ description }), parametersJsonSchema: toolSchema(parameters) }
}

/** @param strict whether calls must match their schemas, which others need not */
function encodeChoice(choice: Prompt['toolChoice'], names: ToolNames, strict: boolean): Json | undefined {
  switch (choice.type) {
    case 'auto':
      return strict ? { mode: 'VALIDATED' } : undefined
    case 'none':
      return { mode: 'NONE' }
    case 'required':
      return { mode: 'ANY' }
    case 'tool':
      return { mode: 'ANY', allowedFunctionNames: [names.toProvider(choice.name)] }
  }
}
