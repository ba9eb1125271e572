import type { CacheBreakpoint, Message } from '../../core/prompt.ts'
import type { Target } from '../wire.ts'
import type { Dialect } from './dialect.ts'

type Json = Record<string, any>

/** A message as it was written, and the breakpoint that the client set in it. */
export interface Written {
  message: Json
  cache: CacheBreakpoint | undefined
}

/** Anthropic refuses more. */
const MOST_BREAKPOINTS = 4

/** How many of the first system messages, and of the last others, opencode lets Anthropic keep. */
const HABIT = 2

/** The last breakpoint that a client set in a message. */
export function breakpointIn(message: Message): CacheBreakpoint | undefined {
  if (message.role === 'system') return message.cache
  const parts = message.role === 'assistant' ? message.parts : message.content
  const last = parts.flatMap((part) => (part.type !== 'reasoning' && part.cache) || []).at(-1)
  return (message.role === 'tool' && message.cache) || last
}

/**
 * Marks what Anthropic is to keep, which stands behind some of these providers and keeps nothing unasked: where the
 * client says, else as opencode does it. Other vendors keep what they have read by themselves.
 */
export function markCached(written: readonly Written[], { form }: Pick<Target, 'form'>, dialect: Dialect): void {
  if (dialect.cacheField === undefined || !/claude|anthropic/i.test(form.apiModel)) return
  const chosen = written.filter(({ cache }) => cache)
  const isSystem = ({ message }: Written) => message.role === 'system'
  const habit = [...written.filter(isSystem).slice(0, HABIT), ...written.filter((one) => !isSystem(one)).slice(-HABIT)]
  for (const { message, cache } of chosen.length > 0 ? chosen.slice(-MOST_BREAKPOINTS) : habit) mark(message, dialect, { type: 'ephemeral', ...cache })
}

/** OpenRouter reads the mark of a text beside the text, and that of an answer or a result beside the message. */
function mark(message: Json, { cacheField, marksParts }: Dialect, value: Json): void {
  if (message.content === '') return
  if (marksParts && typeof message.content === 'string' && (message.role === 'system' || message.role === 'user'))
    message.content = [{ type: 'text', text: message.content }]
  const holder = Array.isArray(message.content) ? message.content.at(-1) : message
  holder[cacheField!] = value
}
