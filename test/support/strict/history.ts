import type { ToolOffer } from './call-arguments.ts'
import type { Turn } from './scripts.ts'

/** A validated conversation, the same for every wire. */
export type Entry =
  | { role: 'user'; text: string }
  | { role: 'assistant'; text: string; calls: { id: string; name: string }[] }
  /** Results in the order of the calls that they answer. */
  | { role: 'results'; results: string[] }

/** Where the conversation stands. What a user says right beside results belongs to their turn, as with Anthropic. */
export function turnOf(model: string, entries: readonly Entry[], tools: ToolOffer[]): Turn {
  const current = entries.slice(turnStart(entries))
  return {
    model,
    step: current.filter((entry) => entry.role === 'assistant' && entry.calls.length > 0).length,
    results: current.flatMap((entry) => (entry.role === 'results' ? entry.results : [])),
    user: entries.findLast((entry) => entry.role === 'user')?.text ?? '',
    tools,
  }
}

/** The index of the message that began the current turn. */
export function turnStart(entries: readonly Entry[]): number {
  const start = entries.findLastIndex(({ role }, index) => role === 'user' && entries[index - 1]?.role !== 'results')
  return Math.max(0, start)
}
