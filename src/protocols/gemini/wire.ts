/** The shapes that we answer with; a test checks them against the types of the `@google/genai` package. */

export interface WireResponse {
  candidates: WireCandidate[]
  usageMetadata?: WireUsage
  modelVersion: string
  responseId: string
}

export interface WireCandidate {
  content: { role: 'model'; parts: WirePart[] }
  finishReason?: WireFinishReason
  finishMessage?: string
  index: number
  avgLogprobs?: number
  logprobsResult?: WireLogprobs
}

export type WirePart = ({ text: string; thought?: true } | { functionCall: { id: string; name: string; args: Record<string, unknown> } }) & {
  /** Base64. */
  thoughtSignature?: string
}

export type WireFinishReason = 'STOP' | 'MAX_TOKENS' | 'SAFETY' | 'MALFORMED_FUNCTION_CALL'

export interface WireUsage {
  promptTokenCount: number
  /** Without those of the thoughts. */
  candidatesTokenCount: number
  thoughtsTokenCount?: number
  cachedContentTokenCount?: number
  totalTokenCount: number
}

export interface WireLogprobs {
  chosenCandidates: WireToken[]
  topCandidates: { candidates: WireToken[] }[]
}

export interface WireToken {
  token: string
  logProbability: number
}

export interface WireModel {
  /** `models/<id>`. */
  name: string
  baseModelId: string
  version: string
  displayName: string
  description: string
  inputTokenLimit: number
  outputTokenLimit: number
  supportedGenerationMethods: string[]
}

export interface WireError {
  error: { code: number; message: string; status: string; details: Record<string, unknown>[] }
}
