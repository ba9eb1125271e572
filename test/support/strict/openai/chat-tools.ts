import type { ToolOffer } from '../call-arguments.ts'
import { type Json, isBlank, isRecord, unknownKey } from '../check.ts'
import { emptyArray, missingParameter, openAiRefusal, unknownParameter, wrongType, wrongValue } from './errors.ts'

/** `^[a-zA-Z0-9_-]+$`, at most 64 characters: https://platform.openai.com/docs/api-reference/chat/create */
const NAME = /^[a-zA-Z0-9_-]{1,64}$/
const FUNCTION_KEYS = new Set(['name', 'description', 'parameters', 'strict'])

/** Checks the tools of a chat request and what depends on them. */
export function checkChatTools(body: Json): ToolOffer[] {
  if (isBlank(body.tools)) {
    for (const param of ['tool_choice', 'parallel_tool_calls']) {
      if (isBlank(body[param])) continue
      throw openAiRefusal('openai-chat/choice-without-tools', `Invalid value for '${param}': '${param}' is only allowed when 'tools' are specified.`, { param })
    }
    return []
  }
  if (!Array.isArray(body.tools)) throw wrongType('openai-chat/type', 'tools', 'an array of objects', body.tools)
  if (body.tools.length === 0) throw emptyArray('openai-chat/empty-tools', 'tools')
  const offers = body.tools.map((tool: unknown, index: number) => checkTool(tool, `tools[${index}]`))
  checkToolChoice(body.tool_choice, offers)
  return offers
}

function checkTool(tool: unknown, param: string): ToolOffer {
  if (!isRecord(tool)) throw wrongType('openai-chat/type', param, 'an object', tool)
  if (isBlank(tool.type)) throw missingParameter('openai-chat/missing', `${param}.type`)
  if (tool.type !== 'function') throw wrongValue('openai-chat/tool-type', `${param}.type`, tool.type, ['function', 'custom'])
  if (!isRecord(tool.function)) throw missingParameter('openai-chat/missing', `${param}.function`)
  return checkFunction('openai-chat', tool.function, `${param}.function`, FUNCTION_KEYS)
}

/** A function that is offered: its name and its schema, in chat and in Responses. */
export function checkFunction(vendor: string, definition: Json, param: string, keys: ReadonlySet<string>): ToolOffer {
  if (isBlank(definition.name)) throw missingParameter(`${vendor}/missing`, `${param}.name`)
  const stranger = unknownKey(definition, keys)
  if (stranger !== undefined) throw unknownParameter(`${vendor}/unknown-field`, `${param}.${stranger}`)
  if (typeof definition.name !== 'string') throw wrongType(`${vendor}/type`, `${param}.name`, 'a string', definition.name)
  if (!NAME.test(definition.name)) {
    throw openAiRefusal(
      `${vendor}/tool-name`,
      `Invalid '${param}.name': string does not match pattern. Expected a string that matches the pattern '^[a-zA-Z0-9_-]+$'.`,
      { param: `${param}.name`, code: 'invalid_value' },
    )
  }
  checkSchema(vendor, definition.name, definition.parameters, definition.strict === true, `${param}.parameters`)
  return { name: definition.name, parameters: definition.parameters }
}

function checkSchema(vendor: string, name: string, schema: unknown, strict: boolean, param: string): void {
  if (isBlank(schema)) return
  const refuse = (why: string) =>
    openAiRefusal(`${vendor}/tool-schema`, `Invalid schema for function '${name}': ${why}`, { param, code: 'invalid_function_parameters' })
  if (!isRecord(schema)) throw wrongType(`${vendor}/type`, param, 'an object', schema)
  if (schema.type !== 'object') throw refuse(`schema must be a JSON Schema of 'type: "object"', got 'type: "${schema.type ?? 'None'}"'.`)
  const fault = schemaFault(schema, [])
  if (fault !== undefined) throw refuse(fault)
  if (strict && schema.additionalProperties !== false) throw refuse("In context=(), 'additionalProperties' is required to be supplied and to be false.")
}

/** The first object without `properties` or array without `items`, in OpenAI's words. */
function schemaFault(schema: unknown, context: string[]): string | undefined {
  if (!isRecord(schema)) return undefined
  const at = `In context=(${context.map((word) => `'${word}'`).join(', ')}${context.length === 1 ? ',' : ''})`
  if (context.length === 0 && schema.type === 'object' && !isRecord(schema.properties)) return `${at}, object schema missing properties.`
  if (schema.type === 'array' && isBlank(schema.items)) return `${at}, array schema missing items.`
  for (const [key, child] of Object.entries(isRecord(schema.properties) ? schema.properties : {})) {
    const fault = schemaFault(child, [...context, 'properties', key])
    if (fault !== undefined) return fault
  }
  return schemaFault(schema.items, [...context, 'items'])
}

function checkToolChoice(choice: unknown, offers: readonly ToolOffer[]): void {
  if (isBlank(choice)) return
  if (typeof choice === 'string') {
    if (!['none', 'auto', 'required'].includes(choice)) throw wrongValue('openai-chat/tool-choice', 'tool_choice', choice, ['none', 'auto', 'required'])
    return
  }
  if (!isRecord(choice)) throw wrongType('openai-chat/type', 'tool_choice', 'one of a string or an object', choice)
  if (choice.type !== 'function') return
  const name = choice.function?.name
  if (!offers.some((offer) => offer.name === name)) {
    throw openAiRefusal('openai-chat/tool-choice', `Tool choice '${name}' not found in 'tools' parameter.`, { param: 'tool_choice' })
  }
}
