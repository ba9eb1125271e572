import { get as httpGet, type Agent, type IncomingMessage } from 'node:http'
import { get as httpsGet } from 'node:https'
import { useAgent } from 'request-filtering-agent'
import { LinkedAbort } from '../../core/linked-abort.ts'

/** Bytes and milliseconds for all files of a request together, and for one. */
export const REMOTE_FILE_LIMITS = { maxFiles: 20, maxBytes: 20 * 1024 * 1024, timeout: 10_000, wholeTimeout: 30_000, maxRedirects: 3 }

/** What kept a file from being fetched: its own type or size, its server being asked too often, the request's limits, a redirect to where it may not lead. */
export type RemoteFileFault = 'unreachable' | 'kind' | 'size' | 'busy' | 'used-up' | 'forbidden'

/** Why a file was not fetched, as the end of a sentence; it tells nothing of the URL or the network. */
export class RemoteFileError extends Error {
  readonly fault: RemoteFileFault

  constructor(message: string, fault: RemoteFileFault = 'unreachable', options?: ErrorOptions) {
    super(message, options)
    this.fault = fault
  }
}

/** What a file may be. */
export interface FileKinds {
  /** For the server to choose by. */
  accept: string
  /** Of a media type in lower case. */
  takes(mediaType: string): boolean
  /** The end of a sentence about one that is not. */
  otherwise: string
}

const IMAGES_AND_PDFS: FileKinds = {
  accept: 'image/*, application/pdf',
  takes: (mediaType) => mediaType === 'application/pdf' || /^image\/[\w.+-]+$/.test(mediaType),
  otherwise: 'it is neither an image nor a PDF',
}

export interface FetchOptions {
  signal: AbortSignal
  /** Images and PDFs by default. */
  kinds?: FileKinds
  /** Whether a redirect may be followed there. */
  permits?: (url: string) => boolean
  /** Bytes that may still be read. */
  maxBytes?: number
  timeout?: number
  /** Makes the connections' agent; by default one that refuses every address that is not public, by name or number. */
  agentFor?: (url: string) => Agent
}

export interface FetchedFile {
  mediaType: string
  content: Buffer
  /** As its server names it; absent where it does not. */
  charset?: string
  /** Where it was, after redirects. */
  url: string
}

/**
 * Fetches a file from a public address. Each redirect is checked as the first address is.
 * @throws RemoteFileError
 */
export async function fetchPublicFile(url: string, options: FetchOptions): Promise<FetchedFile> {
  const { signal, kinds = IMAGES_AND_PDFS, maxBytes = REMOTE_FILE_LIMITS.maxBytes, timeout = REMOTE_FILE_LIMITS.timeout } = options
  const deadline = AbortSignal.timeout(timeout)
  using ended = new LinkedAbort(signal, deadline)
  try {
    const { response, url: last } = await open(url, { ...options, kinds, signal: ended.signal })
    return { ...acceptedType(response, kinds), content: await read(response, maxBytes), url: last }
  } catch (error) {
    if (deadline.aborted) throw new RemoteFileError(`it did not come within ${timeout / 1000} s`)
    if (error instanceof RemoteFileError) throw error
    throw new RemoteFileError('it could not be reached, or its address is not public', 'unreachable', { cause: error })
  }
}

type OpenOptions = Pick<FetchOptions, 'signal' | 'agentFor' | 'permits'> & { kinds: FileKinds }

async function open(start: string, options: OpenOptions): Promise<{ response: IncomingMessage; url: string }> {
  let url = start
  for (let redirects = 0; redirects <= REMOTE_FILE_LIMITS.maxRedirects; redirects++) {
    const response = await request(url, options)
    const { statusCode = 0, headers } = response
    if (statusCode === 200) return { response, url }
    response.destroy()
    if (![301, 302, 303, 307, 308].includes(statusCode) || headers.location === undefined) {
      throw new RemoteFileError(`its server answered with the status ${statusCode}`, statusCode === 429 ? 'busy' : 'unreachable')
    }
    url = new URL(headers.location, url).href
    if (options.permits?.(url) === false) throw new RemoteFileError('its server redirects to where it may not lead', 'forbidden')
  }
  throw new RemoteFileError(`its server redirects more than ${REMOTE_FILE_LIMITS.maxRedirects} times`)
}

function request(url: string, { signal, agentFor = useAgent, kinds }: OpenOptions): Promise<IncomingMessage> {
  const get = { 'http:': httpGet, 'https:': httpsGet }[new URL(url).protocol]
  if (!get) throw new RemoteFileError('it is not an http(s) URL')
  return new Promise((resolve, reject) => {
    // Some servers refuse whoever does not say who it is.
    get(url, { agent: agentFor(url), signal, headers: { accept: kinds.accept, 'user-agent': 'opencode-bridge' } }, resolve).once('error', reject)
  })
}

function acceptedType({ headers }: IncomingMessage, { takes, otherwise }: FileKinds): Pick<FetchedFile, 'mediaType' | 'charset'> {
  const [type = '', ...parameters] = (headers['content-type'] ?? '').split(';')
  const mediaType = type.trim().toLowerCase()
  if (!takes(mediaType)) throw new RemoteFileError(otherwise, 'kind')
  const charset = parameters.map((parameter) => /^\s*charset\s*=\s*"?([\w.:-]+)/i.exec(parameter)?.[1]).find((found) => found !== undefined)
  return { mediaType, ...(charset !== undefined && { charset }) }
}

async function read(response: IncomingMessage, maxBytes: number): Promise<Buffer> {
  const chunks: Buffer[] = []
  let size = 0
  // Leaving the loop destroys the response.
  for await (const chunk of response as AsyncIterable<Buffer>) {
    size += chunk.byteLength
    if (size > maxBytes) throw new RemoteFileError('it is too large', 'size')
    chunks.push(chunk)
  }
  if (size === 0) throw new RemoteFileError('it is empty')
  return Buffer.concat(chunks, size)
}
