import { existsSync } from 'node:fs'
import { usageError } from '../command-line/failure.ts'
import type { ChatPart } from '../daemon/chat-api.ts'
import { readAttachment, toPart } from './attachment.ts'

/** More than anybody means to send at once; a pattern that is too wide is told before its files are read. */
const MAX_FILES = 200

/**
 * The parts that `--file` names, in their order: files, patterns, URLs, and `-` for what is piped in.
 * @param readStdin called once, for `-`
 * @throws CliError for what cannot be read, and for a pattern that nothing fits
 */
export async function collectAttachments(names: readonly string[], readStdin: () => Promise<Buffer>): Promise<ChatPart[]> {
  if (names.filter((name) => name === '-').length > 1) throw usageError('stdin can be a file only once: -f - was given twice')
  const parts: ChatPart[] = []
  for (const name of names) {
    if (name === '-') parts.push(toPart(await readStdin(), 'stdin'))
    // The daemon fetches it, under its own rules.
    else if (/^https?:\/\//i.test(name)) parts.push({ type: 'image_url', image_url: { url: name } })
    else for (const path of await expand(name)) parts.push(await readAttachment(path))
  }
  return parts
}

/** A file whose name looks like a pattern is meant itself. */
async function expand(name: string): Promise<string[]> {
  if (existsSync(name)) return [name]
  const { glob, isDynamicPattern } = await import('tinyglobby')
  if (!isDynamicPattern(name)) return [name]
  const paths = await glob(name, { onlyFiles: true, ignore: ['**/node_modules/**', '**/.git/**'], expandDirectories: false })
  if (paths.length === 0) throw usageError(`no file fits ${name}`)
  if (paths.length > MAX_FILES) throw usageError(`${paths.length} files fit ${name}, more than ${MAX_FILES}`, 'narrow the pattern down')
  return paths.toSorted()
}
