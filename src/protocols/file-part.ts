import { BridgeError } from '../core/errors.ts'
import type { InlineData } from '../core/inline-data.ts'
import type { ContentPart } from '../core/prompt.ts'
import { invalidValue } from './invalid-value.ts'

/** Media types beside `text/*` whose content is text; models read them as such. */
const TEXT_TYPES = /^text\/|^application\/(json|xml|yaml|x-yaml|toml|javascript|x-ndjson)$|\+(json|xml)$/

/** What models take as a file. */
const FILE_TYPES = /^image\/|^audio\/|^application\/pdf$/

/**
 * The part of a file of any kind: text becomes a text under its name, for no model takes it as a file.
 * @param param where the client wrote the part
 * @throws BridgeError 400 for a kind that no model takes, and for text that is not UTF-8
 */
export function fileToPart({ mediaType, data }: InlineData, filename: string | undefined, param: string): ContentPart {
  if (FILE_TYPES.test(mediaType)) {
    return { type: 'file', param, mediaType, data, ...(filename && { filename }) }
  }
  if (!TEXT_TYPES.test(mediaType)) {
    throw new BridgeError(`'${param}' is a file of type ${shorten(mediaType)}. Models take images, audio, PDF and text.`, {
      code: 'unsupported_value',
      status: 400,
      param,
    })
  }
  const text = decodeUtf8(data, param)
  return { type: 'text', text: filename ? `${filename}:\n${text}` : text }
}

function decodeUtf8(data: string, param: string): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(Buffer.from(data, 'base64'))
  } catch {
    throw invalidValue(param, 'it is a text file, but not in UTF-8')
  }
}

function shorten(mediaType: string): string {
  return mediaType.length > 60 ? `${mediaType.slice(0, 60)}…` : mediaType
}
