import type { KnownWire } from './call.ts'

/** Tokens as the provider counted them. `input` includes what was read from and written to its cache, `output` includes reasoning. */
export interface Usage {
  input: number
  output: number
  /** Read from the provider's cache. */
  cachedInput: number
  /** Written to it, which some providers charge for. */
  cacheWrites: number
  reasoning: number
}

/** What an answer has used so far, in its provider's own words: beside the events of a session, which tell it at the end only. */
export interface UsageNews {
  type: 'usage'
  wire: KnownWire
  /** Where an answer in one piece has it. */
  told: Record<string, unknown>
}

/** The usage of an answer whose provider told none: clients add these numbers up, so they get zeros. */
export const NO_USAGE: Usage = { input: 0, output: 0, cachedInput: 0, cacheWrites: 0, reasoning: 0 }

/** What several calls to the provider used together; one that told nothing adds nothing. */
export function addUsage(first: Usage | undefined, second: Usage | undefined): Usage | undefined {
  if (!first || !second) return first ?? second
  return {
    input: first.input + second.input,
    output: first.output + second.output,
    cachedInput: first.cachedInput + second.cachedInput,
    cacheWrites: first.cacheWrites + second.cacheWrites,
    reasoning: first.reasoning + second.reasoning,
  }
}
