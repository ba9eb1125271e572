import { createHash } from 'node:crypto'
import { type Model, releaseTime } from '../../core/model.ts'
import type { JsonDetails, JsonListedModel, JsonShownModel } from './shapes.ts'

/**
 * The version of Ollama whose API is followed here. Clients compare it before they use a part of that, so our own would
 * turn them away: VS Code wants 0.6.4 at least.
 */
export const API_VERSION = '0.13.0'

/** The body of `GET /api/tags`. */
export function encodeTags(models: readonly Model[]): { models: JsonListedModel[] } {
  return { models: models.map(encodeTag) }
}

function encodeTag(model: Model): JsonListedModel {
  const { id } = model
  return {
    name: id,
    model: id,
    modified_at: modifiedAt(model),
    // Nothing of it is on this machine.
    size: 0,
    // Of the name: what the provider has under it, nobody tells.
    digest: createHash('sha256').update(id).digest('hex'),
    details: detailsOf(model),
  }
}

/** The body of `POST /api/show`. Every model calls tools, in its provider's fields or by JSON in its text. */
export function encodeShown(model: Model): JsonShownModel {
  const { id, name, provider, contextLength, input, reasoning } = model
  return {
    license: '',
    modelfile: `FROM ${id}\n`,
    parameters: '',
    template: '{{ .Prompt }}',
    details: detailsOf(model),
    model_info: {
      'general.architecture': provider,
      'general.basename': name,
      ...(contextLength > 0 && { [`${provider}.context_length`]: contextLength }),
    },
    capabilities: ['completion', 'tools', ...(input.image ? ['vision'] : []), ...(reasoning ? ['thinking'] : [])],
    modified_at: modifiedAt(model),
  }
}

function detailsOf({ provider }: Model): JsonDetails {
  return { parent_model: '', format: 'remote', family: provider, families: [provider], parameter_size: '', quantization_level: '' }
}

function modifiedAt(model: Model): string {
  return new Date(releaseTime(model)).toISOString()
}
