import { leftOutFields, tellable } from '../unread-fields.ts'
import { foreignFieldsOf } from './foreign-parts.ts'
import type { GenerateRequest } from './schema.ts'

/** What a request asks for in fields that a prompt has no place for: `safetySettings`, `generationConfig.topK`, `tools.googleSearch`, … */
export function unreadFields(request: GenerateRequest, body: Record<string, unknown>): string[] {
  const foreign = request.contents.flatMap(({ parts }) => (parts ?? []).flatMap(foreignFieldsOf))
  return tellable([...leftOutFields(body, request), ...foreign.map((name) => `contents.parts.${name}`)])
}
