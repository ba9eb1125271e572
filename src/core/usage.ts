/** Tokens as the provider counted them. `input` includes cached tokens, `output` includes reasoning. */
export interface Usage {
  input: number
  output: number
  cachedInput: number
  reasoning: number
}

/** What several calls to the provider used together; one that told nothing adds nothing. */
export function addUsage(first: Usage | undefined, second: Usage | undefined): Usage | undefined {
  if (!first || !second) return first ?? second
  return {
    input: first.input + second.input,
    output: first.output + second.output,
    cachedInput: first.cachedInput + second.cachedInput,
    reasoning: first.reasoning + second.reasoning,
  }
}
