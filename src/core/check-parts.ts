import { BridgeError } from './errors.ts'
import type { Model } from './model.ts'
import type { FilePart, Prompt } from './prompt.ts'

/**
 * Refuses a file that the model cannot take: opencode would put a text about it in its place.
 * @throws BridgeError 400 that names the part and the model
 */
export function assertModelTakes(prompt: Pick<Prompt, 'messages'>, model: Pick<Model, 'id' | 'input'>): void {
  for (const message of prompt.messages) {
    if (message.role !== 'user' && message.role !== 'tool') continue
    for (const part of message.content) if (part.type === 'file') assertTakesFile(part, model)
  }
}

function assertTakesFile({ mediaType, param }: FilePart, { id, input }: Pick<Model, 'id' | 'input'>): void {
  const kind = kindOf(mediaType)
  if (kind !== undefined && input[kind]) return
  throw new BridgeError(`The model '${id}' takes no ${kind === undefined ? 'such file' : NAMES[kind]}, which '${param}' is.`, {
    code: 'unsupported_value',
    status: 400,
    param,
  })
}

const NAMES: Record<keyof Model['input'], string> = { image: 'image', pdf: 'PDF', audio: 'audio' }

function kindOf(mediaType: string): keyof Model['input'] | undefined {
  if (mediaType.startsWith('image/')) return 'image'
  if (mediaType.startsWith('audio/')) return 'audio'
  return mediaType === 'application/pdf' ? 'pdf' : undefined
}
