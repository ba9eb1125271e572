import { readFile } from 'node:fs/promises'
import { basename, extname } from 'node:path'
import type { ChatPart } from '../daemon/client.ts'
import { CliError } from '../command-line/failure.ts'

const IMAGES: Record<string, string> = {
  '.png': 'image/png',
  '.jpg': 'image/jpeg',
  '.jpeg': 'image/jpeg',
  '.gif': 'image/gif',
  '.webp': 'image/webp',
}

/**
 * Reads a file as a part of a message: an image, a PDF, or text.
 * @throws CliError when it cannot be read, or is none of these
 */
export async function readAttachment(path: string): Promise<ChatPart> {
  const content = await readFile(path).catch((error: NodeJS.ErrnoException) => {
    throw new CliError(`${path} cannot be read: ${error.code === 'ENOENT' ? 'there is no such file' : error.message}`)
  })
  const extension = extname(path).toLowerCase()
  const image = IMAGES[extension]
  if (image !== undefined) return { type: 'image_url', image_url: { url: dataUrl(image, content) } }
  if (extension === '.pdf') return { type: 'file', file: { filename: basename(path), file_data: dataUrl('application/pdf', content) } }
  return { type: 'text', text: `${basename(path)}:\n\n${decodeText(content, path)}` }
}

function dataUrl(type: string, content: Buffer): string {
  return `data:${type};base64,${content.toString('base64')}`
}

function decodeText(content: Buffer, path: string): string {
  try {
    if (!content.includes(0)) return new TextDecoder('utf-8', { fatal: true }).decode(content)
  } catch {
    // Told below.
  }
  throw new CliError(`${path} is neither text, nor an image (${Object.keys(IMAGES).join(', ')}), nor a PDF`)
}
