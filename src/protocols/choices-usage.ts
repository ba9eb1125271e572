import type { Usage } from '../core/usage.ts'

/** The usage of several answers to one prompt: the prompt counts once, as vendors count it, what was written in full. */
export function usageOfChoices(usages: readonly (Usage | undefined)[]): Usage | undefined {
  const known = usages.filter((usage) => usage !== undefined)
  const [first] = known
  if (first === undefined) return undefined
  return {
    ...first,
    output: known.reduce((sum, { output }) => sum + output, 0),
    reasoning: known.reduce((sum, { reasoning }) => sum + reasoning, 0),
  }
}
