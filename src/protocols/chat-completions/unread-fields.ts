import { leftOutFields, tellable } from '../unread-fields.ts'
import type { ChatRequest } from './schema.ts'

/** What a request asks for in fields that a prompt has no place for. */
export function unreadFields(request: ChatRequest, body: Record<string, unknown>): string[] {
  return [...tellable(leftOutFields(body, request)), ...unreadMessageFields(request)]
}

function unreadMessageFields({ messages }: ChatRequest): string[] {
  const detailed = messages.some(
    ({ role, content }) =>
      role === 'user' && Array.isArray(content) && content.some((part) => part.type === 'image_url' && (part.image_url.detail ?? 'auto') !== 'auto'),
  )
  return detailed ? ['messages.content.image_url.detail'] : []
}
