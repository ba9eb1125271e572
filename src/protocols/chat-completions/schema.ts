import { z } from 'zod'

/**
 * The request body of `POST /v1/chat/completions`, with the limits that OpenAI documents. Unknown fields pass, as
 * OpenAI's SDKs gain some with every release; `null` counts as absent, for many clients serialize every optional field.
 */

const MAX_CHOICES = 16

const textPart = z.object({ type: z.literal('text'), text: z.string() })

const refusalPart = z.object({ type: z.literal('refusal'), refusal: z.string() })

const imagePart = z.object({
  type: z.literal('image_url'),
  image_url: z.object({ url: z.string(), detail: z.string().nullish() }),
})

const audioPart = z.object({
  type: z.literal('input_audio'),
  input_audio: z.object({ data: z.string(), format: z.enum(['wav', 'mp3']) }),
})

const filePart = z.object({
  type: z.literal('file'),
  file: z.object({
    file_data: z.string().nullish(),
    file_id: z.string().nullish(),
    filename: z.string().nullish(),
  }),
})

const userPart = z.discriminatedUnion('type', [textPart, imagePart, audioPart, filePart])

const textContent = z.union([z.string(), z.array(textPart).min(1)])

const name = z.string().nullish()

const systemMessage = z.object({ role: z.enum(['system', 'developer']), content: textContent, name })

const userMessage = z.object({
  role: z.literal('user'),
  content: z.union([z.string(), z.array(userPart).min(1)]),
  name,
})

/** OpenRouter's; other fields of it pass, and go back to whoever gave them. */
const reasoningDetail = z.looseObject({
  type: z.string().nullish(),
  text: z.string().nullish(),
  summary: z.string().nullish(),
  data: z.string().nullish(),
  signature: z.string().nullish(),
  index: z.number().nullish(),
})

const callId = z.string().min(1)

/** Clients that put a stream together keep it; the order says the same. */
const index = z.number().nullish()

/** What OpenAI's own packages add to an answer when they read it for their caller. */
const parsed = z.unknown().optional()

const toolCall = z.discriminatedUnion('type', [
  z.object({ type: z.literal('function'), id: callId, index, function: z.object({ name: z.string(), arguments: z.string(), parsed_arguments: parsed }) }),
  z.object({ type: z.literal('custom'), id: callId, index, custom: z.object({ name: z.string(), input: z.string() }) }),
])

const assistantMessage = z.object({
  role: z.literal('assistant'),
  content: z.union([z.string(), z.array(z.discriminatedUnion('type', [textPart, refusalPart]))]).nullish(),
  refusal: z.string().nullish(),
  reasoning_content: z.string().nullish(),
  reasoning: z.string().nullish(),
  reasoning_details: z.array(reasoningDetail).nullish(),
  /** Both are GitHub Copilot's. */
  reasoning_text: z.string().nullish(),
  reasoning_opaque: z.string().nullish(),
  tool_calls: z.array(toolCall).nullish(),
  parsed,
  name,
})

/** OpenAI takes texts only, but the results of some clients' tools are files. */
const toolMessage = z.object({
  role: z.literal('tool'),
  tool_call_id: z.string(),
  content: z.union([z.string(), z.array(userPart).min(1)]),
  /** Of the function, which the call has. */
  name,
})

const toolName = z.string().regex(/^[a-zA-Z0-9_-]{1,64}$/, 'Expected 1 to 64 letters, digits, underscores and dashes.')

const functionTool = z.object({
  type: z.literal('function'),
  function: z.object({
    name: toolName,
    description: z.string().nullish(),
    parameters: z.record(z.string(), z.unknown()).nullish(),
    strict: z.boolean().nullish(),
  }),
})

const grammar = z.object({ syntax: z.string().nullish(), definition: z.string().nullish() })

/** Takes a text, and no JSON. */
const customTool = z.object({
  type: z.literal('custom'),
  custom: z.object({
    name: toolName,
    description: z.string().nullish(),
    format: z.object({ type: z.string(), grammar: grammar.nullish() }).nullish(),
  }),
})

const tool = z.discriminatedUnion('type', [functionTool, customTool])

const namedFunction = z.object({ type: z.literal('function'), function: z.object({ name: z.string() }) })

const namedCustom = z.object({ type: z.literal('custom'), custom: z.object({ name: z.string() }) })

const namedTool = z.discriminatedUnion('type', [namedFunction, namedCustom])

const toolChoice = z.union([
  z.enum(['auto', 'none', 'required']),
  z.discriminatedUnion('type', [
    namedFunction,
    namedCustom,
    z.object({
      type: z.literal('allowed_tools'),
      allowed_tools: z.object({ mode: z.enum(['auto', 'required']), tools: z.array(namedTool).min(1) }),
    }),
  ]),
])

const jsonSchema = z.record(z.string(), z.unknown())

const responseFormat = z.discriminatedUnion('type', [
  z.object({ type: z.literal('text') }),
  /** Together, llama.cpp and others take a schema here. */
  z.object({ type: z.literal('json_object'), schema: jsonSchema.nullish() }),
  z
    .object({
      type: z.literal('json_schema'),
      json_schema: z
        .object({
          name: z.string().regex(/^[a-zA-Z0-9_-]{1,64}$/, 'Expected 1 to 64 letters, digits, underscores and dashes.'),
          description: z.string().nullish(),
          schema: jsonSchema,
          strict: z.boolean().nullish(),
        })
        .nullish(),
      /** The same servers' other form. */
      schema: jsonSchema.nullish(),
    })
    .refine((format) => format.json_schema ?? format.schema, { path: ['json_schema'], message: 'Expected an object.' }),
])

const penalty = z.number().min(-2).max(2)

const reasoning = z.object({
  effort: z.string().min(1).nullish(),
  max_tokens: z.number().int().min(0).nullish(),
  enabled: z.boolean().nullish(),
  exclude: z.boolean().nullish(),
})

export const requestSchema = z.object({
  model: z.string().nullish(),
  messages: z.array(z.discriminatedUnion('role', [systemMessage, userMessage, assistantMessage, toolMessage])).min(1),

  stream: z.boolean().nullish(),
  stream_options: z
    .object({
      include_usage: z.boolean().nullish(),
      /** Whether events are padded against those who watch the network. */
      include_obfuscation: z.boolean().nullish(),
    })
    .nullish(),
  n: z.number().int().min(1).max(MAX_CHOICES).nullish(),

  tools: z.array(tool).nullish(),
  tool_choice: toolChoice.nullish(),
  parallel_tool_calls: z.boolean().nullish(),
  /** What the two were until 2023. They may only ask for nothing. */
  functions: z.unknown().optional(),
  function_call: z.unknown().optional(),
  response_format: responseFormat.nullish(),

  temperature: z.number().min(0).max(2).nullish(),
  top_p: z.number().min(0).max(1).nullish(),
  /** Not OpenAI's, but most gateways take it. */
  top_k: z.number().int().nullish(),
  max_tokens: z.number().int().min(1).nullish(),
  max_completion_tokens: z.number().int().min(1).nullish(),
  stop: z.union([z.string(), z.array(z.string()).max(4)]).nullish(),
  seed: z.number().int().nullish(),
  presence_penalty: penalty.nullish(),
  frequency_penalty: penalty.nullish(),
  logit_bias: z.record(z.string(), z.number().min(-100).max(100)).nullish(),
  logprobs: z.boolean().nullish(),
  top_logprobs: z.number().int().min(0).max(20).nullish(),
  reasoning_effort: z.string().min(1).nullish(),
  /** OpenRouter's. */
  reasoning: reasoning.nullish(),
  verbosity: z.enum(['low', 'medium', 'high']).nullish(),
  user: z.string().nullish(),
  metadata: z.record(z.string(), z.string()).nullish(),
  store: z.boolean().nullish(),
  service_tier: z.string().min(1).nullish(),
  prediction: z.record(z.string(), z.unknown()).nullish(),
  modalities: z.array(z.string()).nullish(),
})

export type ChatRequest = z.output<typeof requestSchema>
export type ChatMessage = ChatRequest['messages'][number]
export type ReasoningDetail = z.output<typeof reasoningDetail>
export type ChatTool = z.output<typeof tool>
export type NamedTool = z.output<typeof namedTool>
export type ToolCallItem = z.output<typeof toolCall>
export type UserPart = z.output<typeof userPart>
