import { z } from 'zod'

/**
 * The request bodies of Ollama's generations (https://docs.ollama.com/api). Unknown fields pass, and `null` counts as
 * absent. The options that have a vendor's limit elsewhere are held to it, for the provider would refuse them with another name.
 */

const object = z.record(z.string(), z.unknown())

/** Base64, without the prefix of a data URL. */
const images = z.array(z.string().min(1))

const penalty = z.number().min(-2).max(2)

const options = z.object({
  temperature: z.number().min(0).max(2).nullish(),
  top_p: z.number().min(0).max(1).nullish(),
  top_k: z.number().int().min(0).nullish(),
  /** Tokens; -1 is no limit, and -2 all that the context has room for. */
  num_predict: z.number().int().min(-2).nullish(),
  stop: z.union([z.string(), z.array(z.string())]).nullish(),
  seed: z.number().int().nullish(),
  presence_penalty: penalty.nullish(),
  frequency_penalty: penalty.nullish(),
})

const common = {
  model: z.string().nullish(),
  stream: z.boolean().nullish(),
  format: z.union([z.enum(['', 'json']), object]).nullish(),
  think: z.union([z.boolean(), z.string()]).nullish(),
  options: options.nullish(),
  logprobs: z.boolean().nullish(),
  top_logprobs: z.number().int().min(0).max(20).nullish(),
  /** How long a model stays in the server's memory: it is in nobody's here. */
  keep_alive: z.union([z.string(), z.number()]).nullish(),
}

const toolCall = z.object({
  id: z.string().nullish(),
  type: z.string().nullish(),
  function: z.object({ index: z.number().nullish(), name: z.string().min(1), arguments: object.nullish() }),
})

const message = z.object({
  role: z.enum(['system', 'user', 'assistant', 'tool']),
  content: z.string().nullish(),
  images: images.nullish(),
  thinking: z.string().nullish(),
  tool_calls: z.array(toolCall).nullish(),
  tool_call_id: z.string().nullish(),
  tool_name: z.string().nullish(),
  /** What `tool_name` was called before. */
  name: z.string().nullish(),
})

const tool = z.object({
  type: z.enum(['function']).nullish(),
  function: z.object({ name: z.string().min(1), description: z.string().nullish(), parameters: object.nullish() }),
})

export const chatSchema = z.object({ ...common, messages: z.array(message).min(1), tools: z.array(tool).nullish() })

export const generateSchema = z.object({
  ...common,
  prompt: z.string().min(1),
  system: z.string().nullish(),
  suffix: z.string().nullish(),
  images: images.nullish(),
  /** Of earlier servers: a conversation in tokens. */
  context: z.array(z.number()).nullish(),
})

export type ChatRequest = z.output<typeof chatSchema>
export type GenerateRequest = z.output<typeof generateSchema>
export type ChatMessage = z.output<typeof message>
export type ChatTool = z.output<typeof tool>
export type CommonFields = Pick<ChatRequest, keyof typeof common>
