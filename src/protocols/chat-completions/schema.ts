import { z } from 'zod'

/**
 * The request body of `POST /v1/chat/completions`. Unknown fields pass, as OpenAI's SDKs gain some with every
 * release; `null` counts as absent, for many clients serialize every optional field.
 */

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

const systemMessage = z.object({ role: z.enum(['system', 'developer']), content: textContent })

const userMessage = z.object({
  role: z.literal('user'),
  content: z.union([z.string(), z.array(userPart).min(1)]),
})

const assistantMessage = z.object({
  role: z.literal('assistant'),
  content: z.union([z.string(), z.array(z.discriminatedUnion('type', [textPart, refusalPart]))]).nullish(),
  refusal: z.string().nullish(),
  reasoning_content: z.string().nullish(),
  tool_calls: z
    .array(
      z.object({
        id: z.string(),
        type: z.literal('function'),
        function: z.object({ name: z.string(), arguments: z.string() }),
      }),
    )
    .nullish(),
})

const toolMessage = z.object({ role: z.literal('tool'), tool_call_id: z.string(), content: textContent })

const tool = z.object({
  type: z.literal('function'),
  function: z.object({
    name: z.string().min(1),
    description: z.string().nullish(),
    parameters: z.record(z.string(), z.unknown()).nullish(),
    strict: z.boolean().nullish(),
  }),
})

const toolChoice = z.union([
  z.enum(['auto', 'none', 'required']),
  z.object({ type: z.literal('function'), function: z.object({ name: z.string() }) }),
])

export const requestSchema = z.object({
  model: z.string().nullish(),
  messages: z.array(z.discriminatedUnion('role', [systemMessage, userMessage, assistantMessage, toolMessage])).min(1),

  stream: z.boolean().nullish(),
  stream_options: z.object({ include_usage: z.boolean().nullish() }).nullish(),

  tools: z.array(tool).nullish(),
  tool_choice: toolChoice.nullish(),
  parallel_tool_calls: z.boolean().nullish(),

  temperature: z.number().nullish(),
  top_p: z.number().nullish(),
  max_tokens: z.number().int().min(1).nullish(),
  max_completion_tokens: z.number().int().min(1).nullish(),
  n: z.number().int().min(1).nullish(),
  stop: z.union([z.string(), z.array(z.string())]).nullish(),
  seed: z.number().int().nullish(),
  presence_penalty: z.number().nullish(),
  frequency_penalty: z.number().nullish(),
  logit_bias: z.record(z.string(), z.number()).nullish(),
  logprobs: z.boolean().nullish(),
  top_logprobs: z.number().int().nullish(),
  reasoning_effort: z.string().nullish(),
  response_format: z.object({ type: z.enum(['text', 'json_object', 'json_schema']) }).nullish(),
  user: z.string().nullish(),
})

export type ChatRequest = z.output<typeof requestSchema>
export type ChatMessage = ChatRequest['messages'][number]
export type UserPart = z.output<typeof userPart>
