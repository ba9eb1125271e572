/** What a provider says of one of its models. */
export interface FoundModel {
  id: string
  name?: string | undefined
  /** Tokens. */
  contextWindow?: number | undefined
  maxOutput?: number | undefined
  /** Whether it calls tools natively; undefined where the provider does not say. */
  toolCall?: boolean | undefined
  reasoning?: boolean | undefined
  input?: ('image' | 'pdf' | 'audio')[] | undefined
  /** Who serves it, by the server's own words; it tells vLLM, Ollama and LM Studio apart. */
  ownedBy?: string | undefined
}
