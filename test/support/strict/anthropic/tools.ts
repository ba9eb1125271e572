import type { ToolOffer } from '../call-arguments.ts'
import { type Json, firstDuplicate, isBlank, isRecord, unknownKey } from '../check.ts'
import { anthropicRefusal, extraInput, invalid, required } from './errors.ts'

const KEYS = new Set([
  'name',
  'description',
  'input_schema',
  'type',
  'cache_control',
  'strict',
  'eager_input_streaming',
  'defer_loading',
  'allowed_callers',
  'input_examples',
])
const CHOICES: Record<string, ReadonlySet<string>> = {
  auto: new Set(['type', 'disable_parallel_tool_use']),
  any: new Set(['type', 'disable_parallel_tool_use']),
  tool: new Set(['type', 'name', 'disable_parallel_tool_use']),
  none: new Set(['type']),
}

/** Checks the tools of a Messages request. Tools that Anthropic runs itself are named by their type and not looked into. */
export function checkTools({ tools, tool_choice }: Json): ToolOffer[] {
  if (isBlank(tools)) {
    if (!isBlank(tool_choice)) throw anthropicRefusal('choice-without-tools', 'tool_choice may only be specified while providing tools')
    return []
  }
  if (!Array.isArray(tools)) throw invalid('tools', 'Input should be a valid array')
  const offers = tools.map((tool: unknown, index: number) => checkTool(tool, `tools.${index}`))
  const twice = firstDuplicate(offers.map(({ name }) => name))
  if (twice !== undefined) throw anthropicRefusal('tool-name', 'tools: Tool names must be unique.')
  checkChoice(tool_choice, offers)
  return offers.filter(({ parameters }) => parameters !== undefined)
}

function checkTool(tool: unknown, path: string): ToolOffer {
  if (!isRecord(tool)) throw invalid(path, 'Input should be an object')
  if (typeof tool.name !== 'string') throw required(`${path}.name`)
  if (!isBlank(tool.type) && tool.type !== 'custom') return { name: tool.name, parameters: undefined }
  const at = `${path}.custom`
  const stranger = unknownKey(tool, KEYS)
  if (stranger !== undefined) throw extraInput(`${at}.${stranger}`)
  if (!/^[a-zA-Z0-9_-]{1,128}$/.test(tool.name)) throw anthropicRefusal('tool-name', `${at}.name: String should match pattern '^[a-zA-Z0-9_-]{1,128}$'`)
  if (isBlank(tool.input_schema)) throw required(`${at}.input_schema`)
  if (!isRecord(tool.input_schema)) throw invalid(`${at}.input_schema`, 'Input should be an object')
  if (isBlank(tool.input_schema.type)) throw anthropicRefusal('tool-schema', `${at}.input_schema.type: Field required`)
  if (tool.input_schema.type !== 'object') throw anthropicRefusal('tool-schema', `${at}.input_schema.type: Input should be 'object'`)
  if (!isBlank(tool.input_schema.properties) && !isRecord(tool.input_schema.properties))
    throw anthropicRefusal('tool-schema', `${at}.input_schema.properties: Input should be an object`)
  return { name: tool.name, parameters: tool.input_schema }
}

function checkChoice(choice: unknown, offers: readonly ToolOffer[]): void {
  if (isBlank(choice)) return
  const known = isRecord(choice) ? CHOICES[choice.type] : undefined
  if (!isRecord(choice) || !known) throw invalid('tool_choice', "Input tag does not match any of the expected tags: 'auto', 'any', 'tool', 'none'")
  const stranger = unknownKey(choice, known)
  if (stranger !== undefined) throw extraInput(`tool_choice.${choice.type}.${stranger}`)
  if (choice.type === 'tool' && !offers.some(({ name }) => name === choice.name))
    throw anthropicRefusal('tool-choice', `Tool '${choice.name}' not found in provided tools`)
}
