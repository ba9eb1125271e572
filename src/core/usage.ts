/** Tokens as the provider counted them. `input` includes cached tokens, `output` includes reasoning. */
export interface Usage {
  input: number
  output: number
  cachedInput: number
  reasoning: number
}
