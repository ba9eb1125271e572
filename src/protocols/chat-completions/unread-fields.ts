import { type ChatRequest, requestSchema } from './schema.ts'

/** A client may send any number of unknown fields; a header should not grow with them. */
const MAX_NAMES = 20

/** What a request asks for in fields that a prompt has no place for. `null` asks for nothing. */
export function unreadFields(request: ChatRequest, body: Record<string, unknown>): string[] {
  const unknown = Object.keys(body).filter((name) => !Object.hasOwn(requestSchema.shape, name) && body[name] != null && /^[\w.-]{1,64}$/.test(name))
  return [...unknown.slice(0, MAX_NAMES), ...unreadMessageFields(request)]
}

function unreadMessageFields({ messages }: ChatRequest): string[] {
  const named = messages.some((message) => message.role !== 'tool' && message.name)
  const detailed = messages.some(
    ({ role, content }) =>
      role === 'user' &&
      Array.isArray(content) &&
      content.some((part) => part.type === 'image_url' && (part.image_url.detail ?? 'auto') !== 'auto'),
  )
  return [...(named ? ['messages.name'] : []), ...(detailed ? ['messages.content.image_url.detail'] : [])]
}
