import { markError } from '../../core/tool-result.ts'
import type { ContentPart, FilePart, ToolMessage } from '../../core/prompt.ts'
import { audioOf, dataUrl, filenameOf } from '../shared/openai-body.ts'

type Json = Record<string, unknown>

/** A lone text is a string, which every server takes. */
export function encodeContent(content: readonly ContentPart[]): string | Json[] {
  const [first] = content
  if (first === undefined) return ''
  if (content.length === 1 && first.type === 'text') return first.text
  return content.map((part) => (part.type === 'text' ? { type: 'text', text: part.text } : encodeFile(part)))
}

/** The text of a tool's result, which can hold nothing else; its parts are paragraphs. */
export function resultText({ content, isError }: ToolMessage): string {
  const texts = content.filter((part) => part.type === 'text').map(({ text }) => text)
  // Some providers refuse an empty result.
  const text = texts.length === 0 && content.length > 0 ? 'The result is the file that follows.' : texts.join('\n\n')
  return isError ? markError(text) : text
}

/**
 * What a user says who hands over the files of tools' results. Copilot's login knows these words of opencode's, and
 * counts the call as a tool's step and not as a person's turn.
 */
const HANDED_OVER = 'Attached media from tool result:'

/** The files of the results that came together, as the user's message that follows them; undefined without any. */
export function encodeResultFiles(results: readonly ToolMessage[], idOf: (result: ToolMessage) => string): Json | undefined {
  const withFiles = results.filter(({ content }) => content.some(({ type }) => type === 'file'))
  if (withFiles.length === 0) return undefined
  const parts = withFiles.flatMap((result) => [
    // Which is whose, only where it is a question.
    ...(results.length > 1 ? [{ type: 'text', text: `Of ${idOf(result)}:` }] : []),
    ...result.content.filter((part) => part.type === 'file').map(encodeFile),
  ])
  return { role: 'user', content: [{ type: 'text', text: HANDED_OVER }, ...parts] }
}

function encodeFile(file: FilePart): Json {
  if (file.mediaType.startsWith('image/')) return { type: 'image_url', image_url: { url: dataUrl(file) } }
  if (file.mediaType.startsWith('audio/')) return { type: 'input_audio', input_audio: audioOf(file) }
  return { type: 'file', file: { filename: filenameOf(file), file_data: dataUrl(file) } }
}
