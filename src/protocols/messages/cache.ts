import type { CacheBreakpoint } from '../../core/prompt.ts'
import type { DraftMessage, DraftPart } from '../draft-prompt.ts'
import type { CacheControl } from './schema.ts'

/** The breakpoint that a block asks for, as a field of a part. */
export function cacheOf(control: CacheControl | null | undefined): { cache?: CacheBreakpoint } {
  if (!control) return {}
  return { cache: control.ttl ? { ttl: control.ttl } : {} }
}

/** Puts a block's breakpoint behind the last of its parts. */
export function withCache(parts: readonly DraftPart[], control: CacheControl | null | undefined): DraftPart[] {
  const last = parts.at(-1)
  return last && control ? [...parts.slice(0, -1), { ...last, ...cacheOf(control) }] : [...parts]
}

/** Puts the request's own breakpoint where Anthropic does, at its end, unless there is one. */
export function withLastCache(messages: readonly DraftMessage[], control: CacheControl | null | undefined): DraftMessage[] {
  const last = messages.at(-1)
  if (!last || !control) return [...messages]
  return [...messages.slice(0, -1), atEnd(last, cacheOf(control))]
}

function atEnd(message: DraftMessage, cache: { cache?: CacheBreakpoint }): DraftMessage {
  switch (message.role) {
    case 'user': {
      const [last, ...before] = message.content.toReversed()
      return last ? { ...message, content: [...before.toReversed(), { ...cache, ...last }] } : message
    }
    case 'assistant': {
      const [last, ...before] = message.parts.toReversed()
      return last && last.type !== 'reasoning' ? { ...message, parts: [...before.toReversed(), { ...cache, ...last }] } : message
    }
    case 'system':
    case 'tool':
      return { ...cache, ...message }
  }
}
