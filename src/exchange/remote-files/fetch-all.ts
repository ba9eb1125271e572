import { BridgeError, cancelledError } from '../../core/errors.ts'
import type { ContentPart, FilePart, Message, Prompt } from '../../core/prompt.ts'
import type { DraftMessage, DraftPart, DraftPrompt, DraftToolMessage, DraftUserMessage, RemoteFilePart } from '../../protocols/draft-prompt.ts'
import { REMOTE_FILE_LIMITS, RemoteFileError } from './fetch-one.ts'
import type { RemoteFiles } from './remote-files.ts'

export interface RemoteFileOptions {
  allowed: boolean
  /** Of the request. */
  files: RemoteFiles
  signal: AbortSignal
}

/**
 * Completes a prompt by fetching the files that the client only named, one after the other.
 * @throws BridgeError 400 that names the part, when fetching is not allowed or fails
 */
export async function fetchRemoteFiles(draft: DraftPrompt, { allowed, files, signal }: RemoteFileOptions): Promise<Prompt> {
  const fetched = new Map<string, FilePart>()
  const parts = draft.messages.flatMap(remoteParts)
  const excess = parts[REMOTE_FILE_LIMITS.maxFiles]
  if (parts[0] && !allowed) throw notAllowed(parts[0].param)
  if (excess) throw tooMany(excess.param)
  for (const { param, url } of parts) {
    const { mediaType, content } = await files.fetch(url, { signal }).catch((error: unknown) => {
      if (signal.aborted) throw cancelledError()
      throw error instanceof RemoteFileError ? failed(param, error) : error
    })
    fetched.set(param, { type: 'file', param, mediaType, data: content.toString('base64') })
  }
  return { ...draft, messages: draft.messages.map((message) => complete(message, fetched)) }
}

function remoteParts(message: DraftMessage): RemoteFilePart[] {
  return hasParts(message) ? message.content.filter((part) => part.type === 'remote-file') : []
}

function complete(message: DraftMessage, fetched: ReadonlyMap<string, FilePart>): Message {
  if (!hasParts(message)) return message
  const known = (part: DraftPart): ContentPart => (part.type === 'remote-file' ? withCache(fetched.get(part.param)!, part) : part)
  return { ...message, content: message.content.map(known) }
}

function hasParts(message: DraftMessage): message is DraftUserMessage | DraftToolMessage {
  return message.role === 'user' || message.role === 'tool'
}

function withCache(file: FilePart, { cache }: RemoteFilePart): FilePart {
  return cache ? { ...file, cache } : file
}

function notAllowed(param: string): BridgeError {
  return new BridgeError(
    `'${param}' names a file by an http(s) URL, which the bridge does not fetch. Send the content itself as a data URL ` +
      '(data:<media type>;base64,<data>), or start the bridge with allowRemoteFiles.',
    { code: 'unsupported_value', status: 400, param },
  )
}

function tooMany(param: string): BridgeError {
  const { maxFiles } = REMOTE_FILE_LIMITS
  return new BridgeError(`'${param}' is one more than the ${maxFiles} files that the bridge fetches for a request. Send their content itself.`, {
    code: 'invalid_value',
    status: 400,
    param,
  })
}

function failed(param: string, cause: RemoteFileError): BridgeError {
  return new BridgeError(`The file of '${param}' was not fetched: ${cause.message}.`, { code: 'invalid_value', status: 400, param, cause })
}
