import { BridgeError } from '../../core/errors.ts'
import { isRemote, parseBase64, parseDataUrl } from '../data-url.ts'
import type { DraftPart } from '../draft-prompt.ts'
import { fileToPart } from '../file-part.ts'
import { invalidValue, unsupportedValue } from '../invalid-value.ts'
import type { MessageItem, OutputPart } from './item-schema.ts'

type Content = MessageItem['content']
type FilePart = Extract<OutputPart, { type: 'input_file' }>
type ImagePart = Extract<OutputPart, { type: 'input_image' }>

/** What a name says of a file's content, when the client sent bare base64. */
const MEDIA_TYPES: Record<string, string> = {
  pdf: 'application/pdf',
  png: 'image/png',
  jpg: 'image/jpeg',
  jpeg: 'image/jpeg',
  gif: 'image/gif',
  webp: 'image/webp',
  json: 'application/json',
  txt: 'text/plain',
  md: 'text/markdown',
  csv: 'text/csv',
  html: 'text/html',
}

/**
 * Turns content into parts, files included.
 * @throws BridgeError 400 for a file whose content is not in the request
 */
export function decodeParts(content: Content, path: string): DraftPart[] {
  if (typeof content === 'string') return content === '' ? [] : [{ type: 'text', text: content }]
  return content.map((part, index) => decodePart(part, `${path}[${index}]`))
}

/**
 * Joins the text of content that may have nothing else.
 * @throws BridgeError 400 for a file
 */
export function decodeText(content: Content, path: string): string {
  if (typeof content === 'string') return content
  return content
    .map((part, index) => {
      if (part.type === 'refusal') return part.refusal
      if ('text' in part) return part.text
      throw invalidValue(`${path}[${index}]`, 'only messages of the user and outputs of tools can have images and files')
    })
    .join('')
}

function decodePart(part: OutputPart, param: string): DraftPart {
  switch (part.type) {
    case 'refusal':
      return { type: 'text', text: part.refusal }
    case 'input_image':
      return decodeImage(part, param)
    case 'input_file':
      return decodeFile(part, param)
    default:
      return { type: 'text', text: part.text }
  }
}

function decodeImage({ image_url: url, file_id: fileId }: ImagePart, param: string): DraftPart {
  if (typeof url !== 'string') throw fileId ? uploaded(`${param}.file_id`, 'image_url') : missing(`${param}.image_url`)
  if (isRemote(url)) return { type: 'remote-file', param, url }
  const content = parseDataUrl(url, `${param}.image_url`)
  if (content.mediaType.startsWith('image/')) return { type: 'file', param, ...content }
  throw invalidValue(`${param}.image_url`, "its media type is not that of an image; send other files as a part of type 'input_file'")
}

function decodeFile({ file_data: data, file_url: url, file_id: fileId, filename }: FilePart, param: string): DraftPart {
  if (typeof data === 'string') {
    const field = `${param}.file_data`
    const content = /^\s*data:/i.test(data) ? parseDataUrl(data, field) : { mediaType: mediaTypeOf(filename ?? ''), data: parseBase64(data, field) }
    return fileToPart(content, filename ?? undefined, param)
  }
  if (typeof url === 'string') {
    if (isRemote(url)) return { type: 'remote-file', param, url }
    return fileToPart(parseDataUrl(url, `${param}.file_url`), filename ?? undefined, param)
  }
  throw fileId ? uploaded(`${param}.file_id`, 'file_data') : missing(`${param}.file_data`)
}

/** Most files without a media type are PDF, which is all that OpenAI took at first. */
function mediaTypeOf(filename: string): string {
  return MEDIA_TYPES[filename.split('.').at(-1)!.toLowerCase()] ?? 'application/pdf'
}

function uploaded(param: string, instead: string): BridgeError {
  return unsupportedValue(param, `names an uploaded file, which the bridge does not have. Send '${instead}'`)
}

function missing(param: string): BridgeError {
  return new BridgeError(`Missing required parameter: '${param}'.`, { code: 'missing_required_parameter', status: 400, param })
}
