import { leftOutFields, tellable } from '../unread-fields.ts'
import type { GenerateRequest } from './schema.ts'

/** What a request asks for in fields that a prompt has no place for: `safetySettings`, `generationConfig.topK`, `tools.googleSearch`, … */
export function unreadFields(request: GenerateRequest, body: Record<string, unknown>): string[] {
  return tellable(leftOutFields(body, request))
}
