import type { Usage } from '../../core/usage.ts'

/** Google's numbers so far, told with every piece of an answer. */
export interface WireUsage {
  /** Those from the cache included. */
  promptTokenCount?: number
  /** What tools of Google's own put into the prompt. */
  toolUsePromptTokenCount?: number
  cachedContentTokenCount?: number
  /** Without those of the thoughts. */
  candidatesTokenCount?: number
  thoughtsTokenCount?: number
}

export function toUsage(usage: WireUsage): Usage {
  const reasoning = usage.thoughtsTokenCount ?? 0
  return {
    input: (usage.promptTokenCount ?? 0) + (usage.toolUsePromptTokenCount ?? 0),
    output: (usage.candidatesTokenCount ?? 0) + reasoning,
    cachedInput: usage.cachedContentTokenCount ?? 0,
    cacheWrites: 0,
    reasoning,
  }
}
