import { type H3Event, onDispose } from 'h3'
import { BridgeError } from '../core/errors.ts'
import { excessOfJson, type JsonText, pathInJson } from '../core/json-text.ts'
import { formatPath } from '../protocols/invalid-request.ts'
import type { BodyBudget } from './body-budget.ts'
import { readEncodings, undoEncodings } from './content-encoding.ts'
import { noMemory, readBytes } from './upload.ts'

export interface BodyReaderOptions {
  /** As it came, and decoded. */
  maxBodyBytes: number
  /** Milliseconds for all of it. */
  uploadTimeout: number
  budget: BodyBudget
}

/** Reads the bodies of requests, each as a JSON object. */
export class BodyReader {
  readonly #options: BodyReaderOptions

  constructor(options: BodyReaderOptions) {
    this.#options = options
  }

  /** @throws BridgeError as `readText` does */
  async read(event: H3Event): Promise<Record<string, unknown>> {
    return (await this.readText(event)).body
  }

  /**
   * The same with the text as the client wrote it.
   * @throws BridgeError 415 for another content type or encoding, 413 when it is too large, 408 when it is too slow, 503 when
   *   there is no memory for it, 400 when it is not a JSON object
   */
  async readText(event: H3Event): Promise<JsonText> {
    const { maxBodyBytes, uploadTimeout, budget } = this.#options
    const request = event.req
    checkContentType(request.headers)
    const encodings = readEncodings(request.headers)
    const hold = budget.open()
    onDispose(event, hold.release)
    const bytes = await readBytes(request, { maxBytes: maxBodyBytes, timeout: uploadTimeout, hold }).catch((error: unknown) => {
      // The rest stays unread, so the connection can carry no further request.
      event.res.errHeaders.set('connection', 'close')
      throw error
    })
    const decoded = await undoEncodings(bytes, encodings, maxBodyBytes)
    if (!hold.add(Math.max(0, decoded.length - bytes.length))) throw noMemory()
    return parseJsonText(decodeUtf8(decoded))
  }
}

/** @throws BridgeError 400 for a text that is no JSON object, or one of too many values or levels */
export function parseJsonText(text: string): JsonText {
  checkShape(text)
  const body = parseJson(text)
  if (typeof body !== 'object' || body === null || Array.isArray(body)) {
    throw new BridgeError('The request body must be a JSON object.', { code: 'invalid_type', status: 400 })
  }
  return { text, body: body as Record<string, unknown> }
}

/** Other types are refused also because a web page may send `text/plain` to any site without asking. */
function checkContentType(headers: Headers): void {
  const mediaType = (headers.get('content-type') ?? '').split(';')[0]!.trim().toLowerCase()
  if (mediaType !== 'application/json' && !/^[\w.-]+\/[\w.-]+\+json$/.test(mediaType)) {
    throw new BridgeError(
      `The content type must be application/json${mediaType === '' ? '; the request has none' : ''}. With curl, add -H 'content-type: application/json'.`,
      { code: 'unsupported_media_type', status: 415 },
    )
  }
}

const UTF_8 = new TextDecoder('utf-8', { fatal: true })

function decodeUtf8(bytes: Uint8Array): string {
  try {
    return UTF_8.decode(bytes)
  } catch {
    throw new BridgeError('The request body is not valid UTF-8.', { code: 'invalid_json', status: 400 })
  }
}

/** Before anything is made of it; see `excessOfJson`. */
function checkShape(text: string): void {
  const excess = excessOfJson(text)
  if (excess === undefined) return
  const param = formatPath(pathInJson(text, excess.position))
  throw new BridgeError(`The request body ${excess.why}${param === '' ? '' : `, in '${param}'`}.`, { code: 'invalid_value', status: 400, param })
}

function parseJson(text: string): unknown {
  if (text.trim() === '') {
    throw new BridgeError('The request body is empty; it must be a JSON object.', { code: 'invalid_json', status: 400 })
  }
  try {
    return JSON.parse(text)
  } catch (error) {
    throw new BridgeError(`The request body is not valid JSON${whereJsonBroke(error, text)}.`, {
      code: 'invalid_json',
      status: 400,
    })
  }
}

/** The parser's message quotes the text around the error, which may be a prompt; only its position is told. */
function whereJsonBroke(error: unknown, text: string): string {
  const message = String(error)
  const position = /at position (\d+)/.exec(message)?.[1]
  if (position !== undefined) return ` at position ${position}`
  return message.includes('end of JSON input') ? `: it ends too early, at position ${text.length}` : ''
}
