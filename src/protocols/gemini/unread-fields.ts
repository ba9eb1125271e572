import { tellable, unknownFields } from '../unread-fields.ts'
import { generationConfig, requestSchema, tool } from './schema.ts'

/** What a request asks for in fields that a prompt has no place for: `safetySettings`, `generationConfig.topK`, … */
export function unreadFields(body: Record<string, unknown>): string[] {
  return tellable([
    ...unknownFields(body, requestSchema),
    ...unknownFields(body.generationConfig, generationConfig).map((name) => `generationConfig.${name}`),
    ...hostedTools(body.tools).map((name) => `tools.${name}`),
  ])
}

/** Tools that run at Google's, as `googleSearch` and `codeExecution`. */
function hostedTools(tools: unknown): string[] {
  return Array.isArray(tools) ? tools.flatMap((sent) => unknownFields(sent, tool)) : []
}
