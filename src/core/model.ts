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
  /** ISO date, empty when unknown. */
  releaseDate: string
}
