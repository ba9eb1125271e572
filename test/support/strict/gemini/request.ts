import type { ToolOffer } from '../call-arguments.ts'
import { type Json, isBlank, isRecord, words } from '../check.ts'
import { geminiRefusal, invalidValue, unknownName } from './errors.ts'

/** From `GenerateContentRequest` of the reference, https://ai.google.dev/api/generate-content, and @google/genai 2.32. */
const KEYS = new Set([
  'contents',
  'tools',
  'toolConfig',
  'safetySettings',
  'systemInstruction',
  'generationConfig',
  'cachedContent',
  'labels',
  'serviceTier',
  'store',
])
const GENERATION_KEYS = words(`
  modelSelectionConfig responseJsonSchema audioTimestamp candidateCount enableAffectiveDialog frequencyPenalty
  imageConfig logprobs maxOutputTokens mediaResolution presencePenalty responseFormat responseLogprobs responseMimeType
  responseModalities responseSchema routingConfig seed speechConfig stopSequences temperature thinkingConfig topK topP
  enableEnhancedCivicAnswers
`)
const THINKING_KEYS = new Set(['includeThoughts', 'thinkingBudget', 'thinkingLevel'])
const TOOL_KEYS = new Set([
  'functionDeclarations',
  'googleSearch',
  'googleSearchRetrieval',
  'codeExecution',
  'urlContext',
  'fileSearch',
  'computerUse',
  'googleMaps',
  'retrieval',
  'enterpriseWebSearch',
  'mcpServers',
])
const DECLARATION_KEYS = new Set(['name', 'description', 'parameters', 'parametersJsonSchema', 'response', 'responseJsonSchema', 'behavior'])
const SCHEMA_KEYS = words(`
  anyOf default description enum example format items maxItems maxLength maxProperties maximum minItems minLength
  minProperties minimum nullable pattern properties propertyOrdering required title type
`)
const NAME = /^[a-zA-Z_][a-zA-Z0-9_.:-]{0,63}$/
const LEVELS = ['minimal', 'low', 'medium', 'high']

/** The JSON form of a protocol buffer takes both spellings of a name. */
export function camelCased(value: Json): Json {
  return Object.fromEntries(Object.entries(value).map(([key, member]) => [key.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase()), member]))
}

/** A message with its names in one spelling; refuses names that it does not have. */
export function fieldsOf(value: unknown, known: ReadonlySet<string>, at: string): Json {
  if (!isRecord(value)) throw invalidValue(at, 'TYPE_MESSAGE', value)
  for (const [key, spelled] of Object.keys(value).map((key) => [key, Object.keys(camelCased({ [key]: 0 }))[0]!] as const))
    if (!known.has(spelled)) throw unknownName(key, at)
  return camelCased(value)
}

/** Checks everything of a request beside its contents, and gives it back in one spelling. */
export function checkGeminiRequest(given: unknown): { body: Json; tools: ToolOffer[] } {
  if (!isRecord(given)) throw geminiRefusal('json', 'Invalid JSON payload received. Unexpected token.')
  const body = fieldsOf(given, KEYS, '')
  if (!isBlank(body.generationConfig)) body.generationConfig = checkGeneration(body.generationConfig)
  return { body, tools: checkTools(body) }
}

function checkGeneration(given: unknown): Json {
  const config = fieldsOf(given, GENERATION_KEYS, 'generation_config')
  for (const [key, maximum] of Object.entries({ temperature: 2, topP: 1 })) {
    const value = config[key]
    if (isBlank(value)) continue
    if (typeof value !== 'number') throw invalidValue(`generation_config.${key}`, 'TYPE_FLOAT', value)
    if (value < 0 || value > maximum)
      throw geminiRefusal('range', `* GenerateContentRequest.generation_config.${key}: ${key} must be in the range [0.0, ${maximum}.0].`)
  }
  for (const key of ['topK', 'maxOutputTokens', 'seed', 'candidateCount'])
    if (!isBlank(config[key]) && !Number.isInteger(config[key])) throw invalidValue(`generation_config.${key}`, 'TYPE_INT32', config[key])
  if (config.maxOutputTokens < 1)
    throw geminiRefusal('range', '* GenerateContentRequest.generation_config.max_output_tokens: max_output_tokens must be positive.')
  if (isBlank(config.thinkingConfig)) return config
  const thinking = fieldsOf(config.thinkingConfig, THINKING_KEYS, 'generation_config.thinking_config')
  if (!isBlank(thinking.thinkingBudget) && !isBlank(thinking.thinkingLevel))
    throw geminiRefusal('thinking', 'You can only set only one of thinking budget and thinking level.')
  if (!isBlank(thinking.thinkingBudget) && !Number.isInteger(thinking.thinkingBudget))
    throw invalidValue('generation_config.thinking_config.thinking_budget', 'TYPE_INT32', thinking.thinkingBudget)
  if (!isBlank(thinking.thinkingLevel) && !LEVELS.includes(String(thinking.thinkingLevel).toLowerCase()))
    throw invalidValue(
      'generation_config.thinking_config.thinking_level',
      'type.googleapis.com/google.ai.generativelanguage.v1beta.ThinkingConfig.ThinkingLevel',
      thinking.thinkingLevel,
    )
  return { ...config, thinkingConfig: thinking }
}

function checkTools(body: Json): ToolOffer[] {
  if (isBlank(body.tools)) return []
  if (!Array.isArray(body.tools)) throw invalidValue('tools', 'TYPE_MESSAGE', body.tools)
  return body.tools.flatMap((given: unknown, index: number) => {
    const tool = fieldsOf(given, TOOL_KEYS, `tools[${index}]`)
    return (tool.functionDeclarations ?? []).map((declaration: unknown, at: number) =>
      checkDeclaration(declaration, `tools[${index}].function_declarations[${at}]`),
    )
  })
}

function checkDeclaration(given: unknown, at: string): ToolOffer {
  const declaration = fieldsOf(given, DECLARATION_KEYS, at)
  if (typeof declaration.name !== 'string' || !NAME.test(declaration.name)) {
    throw geminiRefusal(
      'tool-name',
      `* GenerateContentRequest.${at}.name: [FIELD_INVALID] Invalid function name. Must start with a letter or an underscore. Must be alphanumeric (a-z, A-Z, 0-9), underscores (_), dots (.), colons (:), or dashes (-), with a maximum length of 64.`,
    )
  }
  if (!isBlank(declaration.parameters) && !isBlank(declaration.parametersJsonSchema))
    throw geminiRefusal('tool-schema', `* GenerateContentRequest.${at}: only one of parameters and parameters_json_schema may be set.`)
  if (!isBlank(declaration.parameters)) checkSchema(declaration.parameters, `${at}.parameters`)
  return { name: declaration.name, parameters: declaration.parameters ?? declaration.parametersJsonSchema }
}

/** `parameters` is no JSON Schema but Google's part of OpenAPI's. */
function checkSchema(given: unknown, at: string): void {
  const schema = fieldsOf(given, SCHEMA_KEYS, at)
  const type = String(schema.type).toUpperCase()
  if (Array.isArray(schema.type)) throw invalidValue(`${at}.type`, 'type.googleapis.com/google.ai.generativelanguage.v1beta.Type', schema.type)
  if (type === 'OBJECT' && isRecord(schema.properties) && Object.keys(schema.properties).length === 0)
    throw geminiRefusal('tool-schema', `* GenerateContentRequest.${at}.properties: should be non-empty for OBJECT type`)
  if (type === 'ARRAY' && isBlank(schema.items)) throw geminiRefusal('tool-schema', `* GenerateContentRequest.${at}.items: missing field.`)
  for (const name of schema.required ?? [])
    if (!(name in (schema.properties ?? {}))) throw geminiRefusal('tool-schema', `* GenerateContentRequest.${at}.required[0]: property is not defined`)
  for (const [name, child] of Object.entries(schema.properties ?? {})) checkSchema(child, `${at}.properties[${name}]`)
  if (!isBlank(schema.items)) checkSchema(schema.items, `${at}.items`)
  for (const child of schema.anyOf ?? []) checkSchema(child, `${at}.any_of`)
}
