import { readFile } from 'node:fs/promises'
import { basename } from 'node:path'
import { usageError } from '../command-line/failure.ts'
import type { ChatPart } from '../daemon/chat-api.ts'
import { kindOf, KINDS, readText } from './kind-of.ts'

/**
 * Reads a file as a part of a message.
 * @throws CliError when it cannot be read, or is nothing that a model could read
 */
export async function readAttachment(path: string): Promise<ChatPart> {
  const content = await readFile(path).catch((error: NodeJS.ErrnoException) => {
    throw usageError(`${path} cannot be read: ${reasonOf(error)}`, 'a folder’s files are named by a pattern, as in "src/**/*.ts"')
  })
  return toPart(content, path)
}

/**
 * Makes a part of a message of a file's content.
 * @param name what the model, and an error, call it
 * @throws CliError when it is nothing that a model could read
 */
export function toPart(content: Buffer, name: string): ChatPart {
  const kind = kindOf(content, name)
  switch (kind?.type) {
    case 'image':
      return { type: 'image_url', image_url: { url: dataUrl(kind.mediaType, content) } }
    case 'pdf':
      return { type: 'file', file: { filename: basename(name), file_data: dataUrl(kind.mediaType, content) } }
    case 'audio':
      return { type: 'input_audio', input_audio: { data: content.toString('base64'), format: kind.mediaType === 'audio/wav' ? 'wav' : 'mp3' } }
    case 'text':
      return { type: 'text', text: `${name}:\n\n${readText(content)}` }
    case undefined:
      throw usageError(
        `${name} is neither ${KINDS.replace(' or ', ' nor ')}`,
        `what is text in another encoding becomes one by iconv: iconv -f latin1 -t utf-8`,
      )
  }
}

function dataUrl(type: string, content: Buffer): string {
  return `data:${type};base64,${content.toString('base64')}`
}

function reasonOf(error: NodeJS.ErrnoException): string {
  if (error.code === 'ENOENT') return 'there is no such file'
  return error.code === 'EISDIR' ? 'it is a folder' : error.message
}
