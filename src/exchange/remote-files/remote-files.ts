import { fetchPublicFile, type FetchedFile, type FetchOptions, REMOTE_FILE_LIMITS, RemoteFileError } from './fetch-one.ts'

export interface RemoteFilesOptions extends Pick<FetchOptions, 'agentFor'> {
  /** Milliseconds for all of them together, instead of the usual ones. */
  wholeTimeout?: number
}

/** All that one request has fetched, whoever asks for it: their number, size and time have limits together. */
export class RemoteFiles {
  readonly #agentFor: FetchOptions['agentFor']
  #files = REMOTE_FILE_LIMITS.maxFiles
  #bytes = REMOTE_FILE_LIMITS.maxBytes
  /** Milliseconds that may still be spent on fetching. */
  #time: number

  constructor({ agentFor, wholeTimeout = REMOTE_FILE_LIMITS.wholeTimeout }: RemoteFilesOptions = {}) {
    this.#agentFor = agentFor
    this.#time = wholeTimeout
  }

  /**
   * Fetches a file from a public address.
   * @throws RemoteFileError
   */
  async fetch(url: string, options: Pick<FetchOptions, 'signal' | 'kinds' | 'permits'>): Promise<FetchedFile> {
    if (this.#files <= 0) throw new RemoteFileError(`the ${REMOTE_FILE_LIMITS.maxFiles} files of a request are used up`, 'used-up')
    this.#files--
    if (this.#time <= 0) throw new RemoteFileError('the time for the files of a request is used up', 'used-up')
    const began = performance.now()
    try {
      const timeout = Math.min(REMOTE_FILE_LIMITS.timeout, Math.ceil(this.#time))
      const agent = this.#agentFor && { agentFor: this.#agentFor }
      const file = await fetchPublicFile(url, { ...options, ...agent, maxBytes: this.#bytes, timeout })
      this.#bytes -= file.content.byteLength
      return file
    } finally {
      this.#time -= performance.now() - began
    }
  }
}
