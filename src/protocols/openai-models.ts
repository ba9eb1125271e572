import { type Model, releaseTime } from '../core/model.ts'

/** An entry of OpenAI's model list, with two fields that gateways commonly add. */
export interface JsonModel {
  id: string
  object: 'model'
  /** Unix time in seconds; 0 when the catalogue does not tell. */
  created: number
  owned_by: string
  /** Tokens. */
  context_length: number
  max_output_tokens: number
}

/** The body of `GET /v1/models`. */
export function encodeModels(models: readonly Model[]): { object: 'list'; data: JsonModel[] } {
  return { object: 'list', data: models.map(encodeModel) }
}

/** The body of `GET /v1/models/{id}`. */
export function encodeModel(model: Model): JsonModel {
  const { id, provider, contextLength, maxOutputTokens } = model
  return {
    id,
    object: 'model',
    created: Math.floor(releaseTime(model) / 1000),
    owned_by: provider,
    context_length: contextLength,
    max_output_tokens: maxOutputTokens,
  }
}
