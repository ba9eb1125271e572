import type { CacheBreakpoint, Prompt } from '../../core/prompt.ts'
import type { Block, WireMessage } from './block.ts'
import { isThinking } from './thinking-blocks.ts'

/** Anthropic refuses more. */
const MOST_BREAKPOINTS = 4

/** How many of the first system blocks, and of the last messages, opencode lets Anthropic keep. */
const HABIT = 2

export function cacheControl(cache: CacheBreakpoint | undefined): Record<string, unknown> {
  if (cache === undefined) return {}
  return { cache_control: { type: 'ephemeral', ...(cache.ttl === undefined ? {} : { ttl: cache.ttl }) } }
}

/** Whether the client says by itself what is to be kept. */
export function setsBreakpoints({ messages, tools }: Pick<Prompt, 'messages' | 'tools'>): boolean {
  return (
    tools.some(({ cache }) => cache) ||
    messages.some((message) => {
      if (message.role === 'assistant') return message.parts.some((part) => part.type !== 'reasoning' && part.cache)
      if (message.role === 'system') return message.cache !== undefined
      return (message.role === 'tool' && message.cache !== undefined) || message.content.some(({ cache }) => cache)
    })
  )
}

/** Marks what opencode would have Anthropic keep, of a client that says nothing about it. */
export function addBreakpoints(system: readonly Block[], messages: readonly WireMessage[]): void {
  const last = messages.slice(-HABIT).map(({ content }) => content.findLast((block) => !isThinking(block)))
  for (const block of [...system.slice(0, HABIT), ...last]) if (block) Object.assign(block, cacheControl({}))
}

/** Leaves the last breakpoints of a body, each of which covers what stands before it. */
export function limitBreakpoints(blocks: readonly Record<string, unknown>[]): void {
  const marked = blocks.flatMap((block) => [...innerBlocks(block), block]).filter((block) => 'cache_control' in block)
  for (const block of marked.slice(0, -MOST_BREAKPOINTS)) delete block.cache_control
}

function innerBlocks({ content }: Record<string, unknown>): Record<string, unknown>[] {
  return Array.isArray(content) ? content : []
}
