import { z } from 'zod'
import { FOREIGN_PARTS } from '../foreign-blocks.ts'

/**
 * The request body of `generateContent`, once `normalize` has given its fields their names, with the limits that Google
 * documents. Unknown fields pass, and `null` counts as absent.
 */

const MAX_CANDIDATES = 8

const inlineData = z.object({ mimeType: z.string().min(1), data: z.string(), displayName: z.string().nullish() })

const fileData = z.object({ fileUri: z.string().min(1), mimeType: z.string().nullish(), displayName: z.string().nullish() })

const object = z.record(z.string(), z.unknown())

const foreign = Object.fromEntries(FOREIGN_PARTS.map((name) => [name, z.unknown().optional()])) as Record<
  (typeof FOREIGN_PARTS)[number],
  z.ZodOptional<z.ZodUnknown>
>

const part = z.object({
  ...foreign,
  text: z.string().nullish(),
  thought: z.boolean().nullish(),
  thoughtSignature: z.string().nullish(),
  inlineData: inlineData.nullish(),
  fileData: fileData.nullish(),
  functionCall: z.object({ id: z.string().nullish(), name: z.string().min(1), args: object.nullish() }).nullish(),
  functionResponse: z
    .object({
      id: z.string().nullish(),
      name: z.string().min(1),
      response: object.nullish(),
      parts: z.array(z.object({ inlineData: inlineData.nullish(), fileData: fileData.nullish() })).nullish(),
    })
    .nullish(),
})

const content = z.object({
  role: z.enum(['user', 'model', 'function']).nullish(),
  parts: z.array(part).nullish(),
})

/** Its role is nobody's, whatever it says. */
const instruction = z.object({ role: z.unknown().optional(), parts: z.array(z.object({ text: z.string() })).min(1) })

const functionDeclaration = z.object({
  name: z
    .string()
    .regex(/^[a-zA-Z_][\w.:-]{0,127}$/, 'Expected a letter or an underscore, then up to 127 letters, digits, underscores, dots, colons and dashes.'),
  description: z.string().nullish(),
  parameters: object.nullish(),
  parametersJsonSchema: object.nullish(),
})

const tool = z.object({ functionDeclarations: z.array(functionDeclaration).nullish() })

const functionCallingConfig = z.object({
  mode: z.enum(['MODE_UNSPECIFIED', 'AUTO', 'ANY', 'NONE', 'VALIDATED']).nullish(),
  allowedFunctionNames: z.array(z.string()).nullish(),
})

const thinkingConfig = z.object({
  includeThoughts: z.boolean().nullish(),
  thinkingBudget: z.number().int().min(-1).nullish(),
  thinkingLevel: z.string().min(1).nullish(),
})

const penalty = z.number().min(-2).max(2)

const generationConfig = z.object({
  temperature: z.number().min(0).max(2).nullish(),
  topP: z.number().min(0).max(1).nullish(),
  topK: z.number().min(0).nullish(),
  maxOutputTokens: z.number().int().min(1).nullish(),
  stopSequences: z.array(z.string()).max(5).nullish(),
  seed: z.number().int().nullish(),
  presencePenalty: penalty.nullish(),
  frequencyPenalty: penalty.nullish(),
  candidateCount: z.number().int().min(1).max(MAX_CANDIDATES).nullish(),
  responseMimeType: z.enum(['text/plain', 'application/json']).nullish(),
  responseSchema: object.nullish(),
  responseJsonSchema: object.nullish(),
  responseModalities: z.array(z.string()).nullish(),
  responseLogprobs: z.boolean().nullish(),
  logprobs: z.number().int().min(0).max(20).nullish(),
  thinkingConfig: thinkingConfig.nullish(),
})

export const requestSchema = z.object({
  /** As it is named in the body; the one in the URL wins. */
  model: z.string().nullish(),
  contents: z.array(content).min(1),
  systemInstruction: instruction.nullish(),
  tools: z.array(tool).nullish(),
  toolConfig: z.object({ functionCallingConfig: functionCallingConfig.nullish() }).nullish(),
  generationConfig: generationConfig.nullish(),
})

export type GenerateRequest = z.output<typeof requestSchema>
export type Content = z.output<typeof content>
export type Part = z.output<typeof part>
export type FunctionDeclaration = z.output<typeof functionDeclaration>
export type GenerationConfig = z.output<typeof generationConfig>
