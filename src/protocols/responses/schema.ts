import { z } from 'zod'

/**
 * The request body of `POST /v1/responses`, with the limits that OpenAI documents. Unknown fields pass, `null` counts as
 * absent. Items and tools are only taken apart here: each type has a schema of its own.
 */

const toolName = z.string().regex(/^[a-zA-Z0-9_-]{1,64}$/, 'Expected 1 to 64 letters, digits, underscores and dashes.')

const formatName = toolName

const anything = z.looseObject({})

const toolChoice = z.union([
  z.enum(['auto', 'none', 'required']),
  z.looseObject({ type: z.string(), name: z.string().nullish(), namespace: z.string().nullish() }),
])

const textFormat = z.discriminatedUnion('type', [
  z.object({ type: z.literal('text') }),
  z.object({ type: z.literal('json_object') }),
  z.object({
    type: z.literal('json_schema'),
    name: formatName,
    description: z.string().nullish(),
    schema: z.record(z.string(), z.unknown()),
    strict: z.boolean().nullish(),
  }),
])

export const requestSchema = z.object({
  model: z.string().nullish(),
  input: z.union([z.string(), z.array(anything)]).nullish(),
  instructions: z.string().nullish(),
  previous_response_id: z.string().nullish(),
  conversation: z.unknown().optional(),
  prompt: z.unknown().optional(),
  background: z.boolean().nullish(),
  store: z.boolean().nullish(),

  stream: z.boolean().nullish(),
  /** Whether events are padded against those who watch the network. */
  stream_options: z.object({ include_obfuscation: z.boolean().nullish() }).nullish(),

  tools: z.array(z.looseObject({ type: z.string() })).nullish(),
  tool_choice: toolChoice.nullish(),
  parallel_tool_calls: z.boolean().nullish(),
  max_tool_calls: z.number().int().min(1).nullish(),

  text: z.object({ format: textFormat.nullish(), verbosity: z.enum(['low', 'medium', 'high']).nullish() }).nullish(),
  reasoning: z.object({ effort: z.string().min(1).nullish(), summary: z.string().nullish(), context: z.string().nullish() }).nullish(),

  temperature: z.number().min(0).max(2).nullish(),
  top_p: z.number().min(0).max(1).nullish(),
  top_logprobs: z.number().int().min(0).max(20).nullish(),
  max_output_tokens: z.number().int().min(1).nullish(),
  truncation: z.enum(['auto', 'disabled']).nullish(),
  include: z.array(z.string()).nullish(),
  metadata: z.record(z.string(), z.string()).nullish(),
  service_tier: z.string().min(1).nullish(),
  user: z.string().nullish(),
  safety_identifier: z.string().nullish(),
  prompt_cache_key: z.string().nullish(),
  prompt_cache_retention: z.string().nullish(),
  prompt_cache_options: anything.nullish(),
  /** Codex's own; it tells nothing to the model. */
  client_metadata: anything.nullish(),
})

const functionTool = z.object({
  type: z.literal('function'),
  name: toolName,
  description: z.string().nullish(),
  parameters: z.record(z.string(), z.unknown()).nullish(),
  strict: z.boolean().nullish(),
})

const customTool = z.object({
  type: z.literal('custom'),
  name: toolName,
  description: z.string().nullish(),
  format: z.object({ type: z.string(), syntax: z.string().nullish(), definition: z.string().nullish() }).nullish(),
})

/** Finds tools that the client has not sent yet. Without this `execution` a host would look for them. */
const toolSearch = z.object({
  type: z.literal('tool_search'),
  execution: z.literal('client'),
  description: z.string().nullish(),
  parameters: z.record(z.string(), z.unknown()).nullish(),
})

/** The types of tools that clients run themselves, each with its schema. All other types are run by a host. */
export const toolSchemas = {
  function: functionTool,
  custom: customTool,
  namespace: z.object({
    type: z.literal('namespace'),
    name: z.string().min(1),
    description: z.string().nullish(),
    tools: z.array(z.discriminatedUnion('type', [functionTool, customTool])),
  }),
  tool_search: toolSearch,
}

export type ResponsesRequest = z.output<typeof requestSchema>
export type RawTool = NonNullable<ResponsesRequest['tools']>[number]
export type ClientTool = { [Type in keyof typeof toolSchemas]: z.output<(typeof toolSchemas)[Type]> }[keyof typeof toolSchemas]
export type FunctionTool = z.output<typeof functionTool>
export type CustomTool = z.output<typeof customTool>
export type ToolSearch = z.output<typeof toolSearch>
