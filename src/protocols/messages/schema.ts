import { z } from 'zod'
import { FOREIGN_BLOCKS } from '../foreign-blocks.ts'

/**
 * The request bodies of `POST /v1/messages` and `/v1/messages/count_tokens`, with the limits that Anthropic documents.
 * Unknown fields pass, as Anthropic's SDKs gain some with every release; `null` counts as absent.
 */

/** Where Anthropic is to keep what it has read so far, and for how long: `5m` or `1h`. */
const cacheControl = z.object({ type: z.unknown().optional(), ttl: z.string().nullish() })

const cached = { cache_control: cacheControl.nullish() }

const textBlock = z.object({ type: z.literal('text'), text: z.string(), ...cached })

const base64Source = z.object({ type: z.literal('base64'), media_type: z.string(), data: z.string() })
const urlSource = z.object({ type: z.literal('url'), url: z.string() })
const uploadedSource = z.object({ type: z.literal('file'), file_id: z.string() })

const imageBlock = z.object({
  type: z.literal('image'),
  source: z.discriminatedUnion('type', [base64Source, urlSource, uploadedSource]),
  ...cached,
})

const citations = z.object({ enabled: z.boolean().nullish() }).nullish()

const documentBlock = z.object({
  type: z.literal('document'),
  source: z.discriminatedUnion('type', [
    base64Source,
    urlSource,
    uploadedSource,
    z.object({ type: z.literal('text'), media_type: z.unknown().optional(), data: z.string() }),
    z.object({
      type: z.literal('content'),
      content: z.union([z.string(), z.array(z.discriminatedUnion('type', [textBlock, imageBlock]))]),
    }),
  ]),
  title: z.string().nullish(),
  context: z.string().nullish(),
  citations,
  ...cached,
})

const searchResultBlock = z.object({
  type: z.literal('search_result'),
  source: z.string(),
  title: z.string(),
  content: z.array(textBlock),
  citations,
  ...cached,
})

/** Named as a whole. */
const foreignBlock = z.looseObject({ type: z.enum(FOREIGN_BLOCKS), ...cached })

/** Names a tool that a search for tools found; the request has its definition. */
const toolReferenceBlock = z.object({ type: z.literal('tool_reference'), tool_name: z.string() })

const resultBlock = z.discriminatedUnion('type', [textBlock, imageBlock, documentBlock, searchResultBlock, toolReferenceBlock, foreignBlock])

const toolResultBlock = z.object({
  type: z.literal('tool_result'),
  tool_use_id: z.string().min(1),
  content: z.union([z.string(), z.array(resultBlock)]).nullish(),
  is_error: z.boolean().nullish(),
  ...cached,
})

const userBlock = z.discriminatedUnion('type', [textBlock, imageBlock, documentBlock, searchResultBlock, toolResultBlock, foreignBlock])

const thinkingBlock = z.object({ type: z.literal('thinking'), thinking: z.string(), signature: z.string().nullish() })

const redactedBlock = z.object({ type: z.literal('redacted_thinking'), data: z.string() })

const toolUseBlock = z.object({
  type: z.literal('tool_use'),
  id: z.string().min(1),
  name: z.string(),
  input: z.record(z.string(), z.unknown()),
  /** Who called it: the model itself, or code of its that ran at Anthropic's. */
  caller: z.unknown().optional(),
  ...cached,
})

const assistantBlock = z.discriminatedUnion('type', [textBlock, thinkingBlock, redactedBlock, toolUseBlock, foreignBlock])

const textContent = z.union([z.string(), z.array(textBlock)])

const message = z.discriminatedUnion('role', [
  z.object({ role: z.literal('user'), content: z.union([z.string(), z.array(userBlock)]) }),
  z.object({ role: z.literal('assistant'), content: z.union([z.string(), z.array(assistantBlock)]) }),
  z.object({ role: z.literal('system'), content: textContent.nullish(), clear_at: z.enum(['next_user_message', 'never']).nullish() }),
])

const customTool = z.object({
  type: z.literal('custom').nullish(),
  name: z.string().regex(/^[a-zA-Z0-9_-]{1,128}$/, 'Expected 1 to 128 letters, digits, underscores and dashes.'),
  description: z.string().nullish(),
  input_schema: z.record(z.string(), z.unknown()),
  strict: z.boolean().nullish(),
  ...cached,
})

/** A tool that Anthropic runs or defines, such as `web_search_20250305`; a set of tools has no name. */
const anthropicTool = z.looseObject({
  type: z.string().refine((type) => type !== 'custom', { abort: true }),
  name: z.string().nullish(),
})

const oneCall = { disable_parallel_tool_use: z.boolean().nullish() }

const toolChoice = z.discriminatedUnion('type', [
  z.object({ type: z.enum(['auto', 'any']), ...oneCall }),
  z.object({ type: z.literal('tool'), name: z.string(), ...oneCall }),
  z.object({ type: z.literal('none') }),
])

const display = z.string().nullish()

const thinking = z.discriminatedUnion('type', [
  z.object({ type: z.literal('enabled'), budget_tokens: z.number().int().min(1024), display }),
  z.object({ type: z.literal('adaptive'), display }),
  z.object({ type: z.enum(['disabled', 'between_tools']) }),
])

const outputFormat = z.object({ type: z.literal('json_schema'), schema: z.record(z.string(), z.unknown()) })

const promptFields = {
  model: z.string().nullish(),
  system: textContent.nullish(),
  messages: z.array(message).min(1),
  tools: z.array(z.union([customTool, anthropicTool])).nullish(),
  tool_choice: toolChoice.nullish(),
  thinking: thinking.nullish(),
  output_config: z.object({ effort: z.string().min(1).nullish(), format: outputFormat.nullish() }).nullish(),
  /** What `output_config.format` was called in its beta. */
  output_format: outputFormat.nullish(),
  /** Of the last block of the request that can have one. */
  ...cached,
}

export const requestSchema = z.object({
  ...promptFields,
  max_tokens: z.number().int().min(1),
  stream: z.boolean().nullish(),
  temperature: z.number().min(0).max(1).nullish(),
  top_p: z.number().min(0).max(1).nullish(),
  top_k: z.number().int().min(0).nullish(),
  stop_sequences: z.array(z.string()).nullish(),
  metadata: z.object({ user_id: z.string().nullish() }).nullish(),
  context_management: z.looseObject({ edits: z.array(z.looseObject({ keep: z.unknown().optional() })).nullish() }).nullish(),
  service_tier: z.enum(['auto', 'standard_only']).nullish(),
})

/** The sampling parameters do not count, so they may be absent. */
export const countRequestSchema = z.object(promptFields)

export type MessagesRequest = z.output<typeof requestSchema>
export type CountRequest = z.output<typeof countRequestSchema>
export type RequestMessage = CountRequest['messages'][number]
export type UserBlock = z.output<typeof userBlock>
export type ResultBlock = z.output<typeof resultBlock>
export type ToolResultBlock = z.output<typeof toolResultBlock>
export type AssistantBlock = z.output<typeof assistantBlock>
export type ImageBlock = z.output<typeof imageBlock>
export type DocumentBlock = z.output<typeof documentBlock>
export type CustomTool = z.output<typeof customTool>
export type CacheControl = z.output<typeof cacheControl>
export type AnthropicTool = z.output<typeof anthropicTool>
