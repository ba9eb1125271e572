/** A model that the user's opencode can use. */
export interface Model {
  /** `provider/model`; the model part may contain slashes itself. */
  id: string
  provider: string
  name: string
  /** Tokens. */
  contextLength: number
  maxOutputTokens: number
  toolCall: boolean
  reasoning: boolean
  /** Kinds of input beside text that the model takes. */
  input: { image: boolean; pdf: boolean; audio: boolean }
  /** The format in which opencode speaks to the provider; it decides which parameters can be carried. */
  wire: Wire
  /** Names of reasoning efforts that the model offers; empty when it has none or they are unknown. */
  efforts: string[]
  /** ISO date, empty when unknown. */
  releaseDate: string
  /** As the catalogue has it, where it says anything. */
  cost?: ModelCost
}

/** USD per million tokens; zero also where the catalogue has no price. */
export interface ModelCost extends TokenCost {
  /** For requests with more tokens of input, those of the cache among them. */
  tiers: readonly ({ above: number } & TokenCost)[]
}

interface TokenCost {
  input: number
  output: number
  cacheRead: number
  cacheWrite: number
}

export type Wire = 'chat' | 'responses' | 'messages' | 'gemini' | 'unknown'

/** When a model was released, in Unix milliseconds; 0 when that is unknown. */
export function releaseTime({ releaseDate }: Pick<Model, 'releaseDate'>): number {
  const time = Date.parse(releaseDate)
  return Number.isNaN(time) ? 0 : time
}
