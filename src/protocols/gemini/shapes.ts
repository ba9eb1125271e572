/** The shapes that we answer with; a test checks them against the types of the `@google/genai` package. */

export interface JsonResponse {
  candidates: JsonCandidate[]
  usageMetadata?: JsonUsage
  modelVersion: string
  responseId: string
}

export interface JsonCandidate {
  content: { role: 'model'; parts: JsonPart[] }
  finishReason?: JsonFinishReason
  finishMessage?: string
  index: number
  avgLogprobs?: number
  logprobsResult?: JsonLogprobs
}

export type JsonPart = ({ text: string; thought?: true } | { functionCall: { id: string; name: string; args: Record<string, unknown> } }) & {
  /** Base64. */
  thoughtSignature?: string
}

export type JsonFinishReason = 'STOP' | 'MAX_TOKENS' | 'SAFETY' | 'MALFORMED_FUNCTION_CALL'

export interface JsonUsage {
  promptTokenCount: number
  /** Without those of the thoughts. */
  candidatesTokenCount: number
  thoughtsTokenCount?: number
  cachedContentTokenCount?: number
  totalTokenCount: number
}

export interface JsonLogprobs {
  chosenCandidates: JsonToken[]
  topCandidates: { candidates: JsonToken[] }[]
}

export interface JsonToken {
  token: string
  logProbability: number
}

export interface JsonModel {
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

export interface JsonError {
  error: { code: number; message: string; status: string; details: Record<string, unknown>[] }
}
