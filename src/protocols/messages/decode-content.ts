import { type InlineData, readMediaType } from '../../core/inline-data.ts'
import { isRemote, parseBase64, parseDataUrl } from '../data-url.ts'
import type { DraftPart } from '../draft-prompt.ts'
import { fileToPart } from '../file-part.ts'
import { invalidValue, unsupportedValue } from '../invalid-value.ts'
import type { DocumentBlock, ImageBlock, ResultBlock, UserBlock } from './schema.ts'

type Block = ResultBlock | Exclude<UserBlock, { type: 'tool_result' }>
type FileSource = ImageBlock['source']

/**
 * The parts of one block of the user's, or of one in a tool's result. An empty text gives none: no provider takes it.
 * @param param where the client wrote the block
 * @throws BridgeError 400 for content that is not in the request, and for a kind of file that no model takes
 */
export function decodeBlock(block: Block, param: string): DraftPart[] {
  switch (block.type) {
    case 'text':
      return text(block.text)
    case 'image':
      return [decodeImage(block, param)]
    case 'document':
      return decodeDocument(block, param)
    case 'search_result':
      return text([`${block.title} (${block.source})`, ...block.content.map((part) => part.text)].join('\n'))
    case 'tool_reference':
      return text(`The tool '${block.tool_name}' is available.`)
    // What only its vendor can read.
    default:
      return []
  }
}

function decodeImage({ source }: ImageBlock, param: string): DraftPart {
  const part = decodeFile(source, undefined, param)
  if (part.type === 'remote-file' || (part.type === 'file' && part.mediaType.startsWith('image/'))) return part
  throw invalidValue(`${param}.source`, "its media type is not that of an image. Send other files in a 'document'")
}

/** A title becomes the name of the file, or a heading; the context that a client gives comes before the document. */
function decodeDocument({ source, title, context }: DocumentBlock, param: string): DraftPart[] {
  switch (source.type) {
    case 'text':
      return text(withHeading(source.data, title, context))
    case 'content': {
      const parts = typeof source.content === 'string' ? text(source.content) : decodeParts(source.content, `${param}.source.content`)
      return [...text(withHeading('', title, context)), ...parts]
    }
    default:
      return [...text(context ?? ''), decodeFile(source, title ?? undefined, param)]
  }
}

function decodeParts(blocks: readonly Block[], path: string): DraftPart[] {
  return blocks.flatMap((block, index) => decodeBlock(block, `${path}[${index}]`))
}

function decodeFile(source: FileSource, filename: string | undefined, param: string): DraftPart {
  const content = readSource(source, `${param}.source`)
  return typeof content === 'string' ? { type: 'remote-file', param, url: content } : fileToPart(content, filename, param)
}

/** The content of a file, or the URL where it is. */
function readSource(source: FileSource, path: string): InlineData | string {
  switch (source.type) {
    case 'base64':
      return { mediaType: readMediaType(source.media_type), data: parseBase64(source.data, `${path}.data`) }
    case 'url':
      return isRemote(source.url) ? source.url : parseDataUrl(source.url, `${path}.url`)
    case 'file':
      throw unsupportedValue(`${path}.file_id`, "names an uploaded file, which the bridge does not have. Send its content with type 'base64'")
  }
}

function withHeading(body: string, title: string | null | undefined, context: string | null | undefined): string {
  return [title && `${title}:`, context, body].filter(Boolean).join('\n')
}

function text(content: string): DraftPart[] {
  return content === '' ? [] : [{ type: 'text', text: content }]
}
