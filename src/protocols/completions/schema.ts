import { z } from 'zod'

/**
 * The request body of `POST /v1/completions`, with the limits that OpenAI documents. Unknown fields pass, and `null`
 * counts as absent. Token ids and several prompts have errors of their own, so they pass here.
 */

const MAX_CHOICES = 16

const tokens = z.array(z.number().int())

const penalty = z.number().min(-2).max(2)

export const requestSchema = z.object({
  model: z.string().nullish(),
  prompt: z.union([z.string(), z.array(z.string()).min(1), tokens.min(1), z.array(tokens).min(1)]),

  stream: z.boolean().nullish(),
  stream_options: z.object({ include_usage: z.boolean().nullish(), include_obfuscation: z.boolean().nullish() }).nullish(),
  n: z.number().int().min(1).max(MAX_CHOICES).nullish(),
  best_of: z.number().int().min(1).max(20).nullish(),
  echo: z.boolean().nullish(),
  suffix: z.string().nullish(),

  max_tokens: z.number().int().min(1).nullish(),
  temperature: z.number().min(0).max(2).nullish(),
  top_p: z.number().min(0).max(1).nullish(),
  stop: z.union([z.string(), z.array(z.string()).max(4)]).nullish(),
  seed: z.number().int().nullish(),
  presence_penalty: penalty.nullish(),
  frequency_penalty: penalty.nullish(),
  logit_bias: z.record(z.string(), z.number().min(-100).max(100)).nullish(),
  logprobs: z.number().int().min(0).max(5).nullish(),
  user: z.string().nullish(),
})

export type CompletionRequest = z.output<typeof requestSchema>
