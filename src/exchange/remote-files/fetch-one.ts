import { get as httpGet, type Agent, type IncomingMessage } from 'node:http'
import { get as httpsGet } from 'node:https'
import { useAgent } from 'request-filtering-agent'
import { LinkedAbort } from '../../core/linked-abort.ts'

/** Bytes and milliseconds for all files of a request together, and for one. */
export const REMOTE_FILE_LIMITS = { maxFiles: 20, maxBytes: 20 * 1024 * 1024, timeout: 10_000, wholeTimeout: 30_000, maxRedirects: 3 }

/** Why a file was not fetched, as the end of a sentence; it tells nothing of the URL or the network. */
export class RemoteFileError extends Error {}

export interface FetchOptions {
  signal: AbortSignal
  /** Bytes that may still be read. */
  maxBytes?: number
  timeout?: number
  /** Makes the connections' agent; by default one that refuses every address that is not public, by name or number. */
  agentFor?: (url: string) => Agent
}

export interface FetchedFile {
  mediaType: string
  content: Buffer
}

/**
 * Fetches an image or a PDF from a public address. Each redirect is checked as the first address is.
 * @throws RemoteFileError
 */
export async function fetchPublicFile(
  url: string,
  { signal, maxBytes = REMOTE_FILE_LIMITS.maxBytes, timeout = REMOTE_FILE_LIMITS.timeout, agentFor = useAgent }: FetchOptions,
): Promise<FetchedFile> {
  const deadline = AbortSignal.timeout(timeout)
  using ended = new LinkedAbort(signal, deadline)
  try {
    const response = await open(url, ended.signal, agentFor)
    return { mediaType: acceptedType(response), content: await read(response, maxBytes) }
  } catch (error) {
    if (deadline.aborted) throw new RemoteFileError(`it did not come within ${timeout / 1000} s`)
    if (error instanceof RemoteFileError) throw error
    throw new RemoteFileError('it could not be reached, or its address is not public', { cause: error })
  }
}

async function open(start: string, signal: AbortSignal, agentFor: (url: string) => Agent): Promise<IncomingMessage> {
  let url = start
  for (let redirects = 0; redirects <= REMOTE_FILE_LIMITS.maxRedirects; redirects++) {
    const response = await request(url, signal, agentFor)
    const { statusCode = 0, headers } = response
    if (statusCode === 200) return response
    response.destroy()
    if (![301, 302, 303, 307, 308].includes(statusCode) || headers.location === undefined) {
      throw new RemoteFileError(`its server answered with the status ${statusCode}`)
    }
    url = new URL(headers.location, url).href
  }
  throw new RemoteFileError(`its server redirects more than ${REMOTE_FILE_LIMITS.maxRedirects} times`)
}

function request(url: string, signal: AbortSignal, agentFor: (url: string) => Agent): Promise<IncomingMessage> {
  const get = { 'http:': httpGet, 'https:': httpsGet }[new URL(url).protocol]
  if (!get) throw new RemoteFileError('it is not an http(s) URL')
  return new Promise((resolve, reject) => {
    get(url, { agent: agentFor(url), signal, headers: { accept: 'image/*, application/pdf' } }, resolve).once('error', reject)
  })
}

function acceptedType({ headers }: IncomingMessage): string {
  const mediaType = (headers['content-type'] ?? '').split(';')[0]!.trim().toLowerCase()
  if (mediaType === 'application/pdf' || /^image\/[\w.+-]+$/.test(mediaType)) return mediaType
  throw new RemoteFileError('it is neither an image nor a PDF')
}

async function read(response: IncomingMessage, maxBytes: number): Promise<Buffer> {
  const chunks: Buffer[] = []
  let size = 0
  // Leaving the loop destroys the response.
  for await (const chunk of response as AsyncIterable<Buffer>) {
    size += chunk.byteLength
    if (size > maxBytes) throw new RemoteFileError('it is too large')
    chunks.push(chunk)
  }
  if (size === 0) throw new RemoteFileError('it is empty')
  return Buffer.concat(chunks, size)
}
