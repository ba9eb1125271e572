import type { IncomingMessage } from 'node:http'
import type { H3Event } from 'h3'
import { BridgeError } from '../core/errors.ts'
import type { BodyHold } from './body-budget.ts'
import { bodyTooLarge } from './content-encoding.ts'

type ServerRequest = H3Event['req']

/** How long the rest of an upload that nobody wants is read and thrown away, in milliseconds. */
const LINGER = 1_000

export interface UploadLimits {
  maxBytes: number
  /** Milliseconds for all of it. */
  timeout: number
  hold: BodyHold
}

/** What is left of an upload. */
interface Reader {
  read(): Promise<{ done?: boolean | undefined; value?: Uint8Array | undefined }>
}

/** Node's own stream where there is one: a web stream around it costs a request more than all that is read of it. */
function readerOf(request: ServerRequest): Reader | undefined {
  const incoming = request.runtime?.node?.req as IncomingMessage | undefined
  return incoming === undefined ? request.body?.getReader() : new NodeReader(incoming)
}

/**
 * Reads Node's stream, which its own iterator watches with a dozen listeners more. Nothing ends it before its end, which
 * would close the socket that the answer needs.
 */
class NodeReader implements Reader {
  readonly #incoming: IncomingMessage
  #wake = (): void => {}

  constructor(incoming: IncomingMessage) {
    this.#incoming = incoming
    for (const news of ['readable', 'end', 'error', 'close']) incoming.on(news, () => this.#wake())
  }

  /** @throws what the connection broke with */
  async read(): Promise<{ done?: boolean; value?: Uint8Array }> {
    for (;;) {
      const value = this.#incoming.read() as Buffer | null
      if (value !== null) return { value }
      if (this.#incoming.readableEnded) return { done: true }
      if (this.#incoming.destroyed) throw this.#incoming.errored ?? new Error('The connection was closed before the end of the upload.')
      await new Promise<void>((resolve) => (this.#wake = resolve))
    }
  }
}

/** Whether something has begun to read it. */
function isRead(request: ServerRequest): boolean {
  return request.bodyUsed || Boolean((request.runtime?.node?.req as IncomingMessage | undefined)?.readableDidRead)
}

/** @throws BridgeError 413 when there is more than `maxBytes`, 408 when it takes too long, 503 when there is no memory for it */
export async function readBytes(request: ServerRequest, { maxBytes, timeout, hold }: UploadLimits): Promise<Buffer> {
  const reader = readerOf(request)
  if (reader === undefined) return Buffer.alloc(0)
  if (Number(request.headers.get('content-length')) > maxBytes) throw await refuse(reader, bodyTooLarge(maxBytes))

  const chunks: Uint8Array[] = []
  let size = 0
  const deadline = new Deadline(timeout)
  try {
    for (;;) {
      const piece = await deadline.limit(reader.read())
      if (piece === undefined) throw tooSlow(timeout)
      if (piece.done || piece.value === undefined) return Buffer.concat(chunks, size)
      size += piece.value.byteLength
      if (size > maxBytes) throw await refuse(reader, bodyTooLarge(maxBytes))
      if (!hold.add(piece.value.byteLength)) throw await refuse(reader, noMemory())
      chunks.push(piece.value)
    }
  } finally {
    deadline.clear()
  }
}

/**
 * Ends the upload of a request that is refused without having been read, or not to its end.
 * @returns whether there was more of it than its connection can be used after
 */
export async function endUpload(request: ServerRequest): Promise<boolean> {
  if (!hasBody(request.headers)) return false
  // What began to read it has ended it.
  if (isRead(request)) return false
  const reader = readerOf(request)
  return reader !== undefined && !(await discard(reader))
}

function hasBody(headers: Headers): boolean {
  return headers.has('transfer-encoding') || Number(headers.get('content-length')) > 0
}

async function refuse(reader: Reader, error: BridgeError): Promise<BridgeError> {
  await discard(reader)
  return error
}

/**
 * Throws the rest of an upload away, for a while: most clients read the answer only after they have sent everything,
 * and a socket that is closed with unread data resets the connection before they do. The body is not cancelled at
 * the end, because that would close the socket that the answer needs.
 * @returns whether that was all of it
 */
async function discard(reader: Reader): Promise<boolean> {
  const deadline = new Deadline(LINGER)
  try {
    for (;;) {
      const piece = await deadline.limit(reader.read())
      if (piece === undefined || piece.done) return piece !== undefined
    }
  } catch {
    // The client has gone.
    return false
  } finally {
    deadline.clear()
  }
}

/** A time for several things together. */
class Deadline {
  readonly #timer: NodeJS.Timeout
  readonly #over: Promise<undefined>

  constructor(time: number) {
    let end = (_value: undefined): void => {}
    this.#over = new Promise((resolve) => {
      end = resolve
    })
    this.#timer = setTimeout(end, time, undefined)
  }

  /** Resolves with undefined when the time is over first. */
  limit<T>(promise: Promise<T>): Promise<T | undefined> {
    return Promise.race([promise, this.#over])
  }

  clear(): void {
    clearTimeout(this.#timer)
  }
}

function tooSlow(timeout: number): BridgeError {
  return new BridgeError(`The request body took longer than ${timeout / 1000} s (uploadTimeout).`, { code: 'upload_timeout', status: 408 })
}

export function noMemory(): BridgeError {
  return new BridgeError('The bridge is busy: there is no memory for another request of this size.', {
    code: 'bridge_overloaded',
    status: 503,
    retryAfter: 1000,
  })
}
