import type { FetchedFile, FileKinds } from '../remote-files/fetch-one.ts'
import { type PageText, textOfHtml } from './page-text.ts'

/** What a model can read. */
export const READABLE: FileKinds = {
  accept: 'text/html, application/xhtml+xml, text/*, application/pdf;q=0.9, application/json;q=0.9, application/xml;q=0.8',
  takes: (mediaType) =>
    mediaType === 'application/pdf' || /^(text\/[\w.+-]+|application\/([\w.-]+\+)?(json|xml)|application\/(javascript|yaml|x-ndjson))$/.test(mediaType),
  otherwise: 'it is neither a text nor a PDF',
}

/** What of a page a model is to read; texts that are no HTML are as they are. */
export async function readPage({ mediaType, content, charset, url }: FetchedFile): Promise<PageText> {
  const isHtml = mediaType === 'text/html' || mediaType === 'application/xhtml+xml'
  const text = decoderOf(charset ?? (isHtml ? declaredCharset(content) : undefined)).decode(content)
  return isHtml ? textOfHtml(text, url) : { text }
}

/** Within the first bytes of a page, where browsers look. */
function declaredCharset(content: Buffer): string | undefined {
  return /<meta[^>]{0,200}charset\s*=\s*["']?([\w.:-]+)/i.exec(content.subarray(0, 1024).toString('latin1'))?.[1]
}

/** What is not known is read as UTF-8, as what is not named. */
function decoderOf(charset = 'utf-8'): TextDecoder {
  try {
    return new TextDecoder(charset)
  } catch {
    return new TextDecoder()
  }
}
