import { z } from 'zod'

/** The items of an input. Unknown fields pass, `null` counts as absent, and a type of `output` is one of `input` too. */

/** What OpenAI's own packages add to an answer when they read it for their caller. */
const parsed = z.unknown().optional()

/** Probabilities are news of an answer, and nothing to the next. */
const textPart = z.object({ type: z.enum(['input_text', 'output_text', 'text']), text: z.string(), parsed, logprobs: z.unknown().optional() })

const refusalPart = z.object({ type: z.literal('refusal'), refusal: z.string() })

const imagePart = z.object({
  type: z.literal('input_image'),
  image_url: z.string().nullish(),
  file_id: z.string().nullish(),
  detail: z.string().nullish(),
})

const filePart = z.object({
  type: z.literal('input_file'),
  file_data: z.string().nullish(),
  file_url: z.string().nullish(),
  file_id: z.string().nullish(),
  filename: z.string().nullish(),
})

const part = z.discriminatedUnion('type', [textPart, refusalPart, imagePart, filePart])

const content = z.union([z.string(), z.array(part)])

const id = z.string().nullish()
const callId = z.string().min(1)
const name = z.string().min(1)
const namespace = z.string().nullish()
const status = z.string().nullish()

const execution = z.literal('client')
const tools = z.array(z.looseObject({ type: z.string() }))

/** The types of items that say something to the model, each with its schema. */
export const itemSchemas = {
  message: z.object({
    type: z.literal('message'),
    role: z.enum(['user', 'assistant', 'system', 'developer']),
    id,
    content,
    status,
  }),
  reasoning: z.object({
    type: z.literal('reasoning'),
    id,
    summary: z.array(z.object({ type: z.string(), text: z.string() })).nullish(),
    content: z.array(z.object({ type: z.string(), text: z.string() })).nullish(),
    encrypted_content: z.string().nullish(),
    status,
  }),
  function_call: z.object({
    type: z.literal('function_call'),
    id,
    call_id: callId,
    name,
    namespace,
    arguments: z.string(),
    parsed_arguments: parsed,
    status,
  }),
  function_call_output: z.object({ type: z.literal('function_call_output'), id, call_id: callId, output: content, status }),
  custom_tool_call: z.object({
    type: z.literal('custom_tool_call'),
    id,
    call_id: callId,
    name,
    namespace,
    input: z.string(),
    status,
  }),
  custom_tool_call_output: z.object({
    type: z.literal('custom_tool_call_output'),
    id,
    call_id: callId,
    output: content,
    status,
  }),
  tool_search_call: z.object({ type: z.literal('tool_search_call'), id, call_id: callId, execution, arguments: z.unknown(), status }),
  tool_search_output: z.object({ type: z.literal('tool_search_output'), id, call_id: callId, execution, tools, status }),
  item_reference: z.object({ type: z.literal('item_reference'), id: z.string().min(1) }),
  /** Its role is the developer's. */
  additional_tools: z.object({ type: z.literal('additional_tools'), id, role: z.unknown().optional(), tools }),
}

type Items = { [Type in keyof typeof itemSchemas]: z.output<(typeof itemSchemas)[Type]> }

export type ItemType = keyof Items
export type ItemReference = Items['item_reference']
export type MessageItem = Items['message']
export type OutputPart = z.output<typeof part>

/** An item of a type that only some agents know, such as a call of their own shell. */
export interface ForeignItem {
  type: 'foreign'
  id?: string | null | undefined
  /** As the client sent it, its own type included. */
  value: { type: string } & Record<string, unknown>
}

/** An item that was read, references replaced by what they stand for. */
export type InputItem = (Exclude<Items[ItemType], ItemReference> | ForeignItem) & KeptToken

/** The token of a text or a call, whose items have no field for it: kept here, and never told to or by a client. */
export interface KeptToken {
  /** In its envelope. */
  token?: string
}
