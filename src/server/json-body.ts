import { BridgeError } from '../core/errors.ts'
import { excessOfJson, pathInJson } from '../core/json-text.ts'
import { formatPath } from '../protocols/invalid-request.ts'
import { bodyTooLarge, readEncodings, undoEncodings } from './content-encoding.ts'

/** How long the rest of a refused upload is read and thrown away, in milliseconds. */
const LINGER = 1_000

/**
 * Reads the body of a request as a JSON object, and no more than `maxBytes` of it, as it came and decoded.
 * @throws BridgeError 415 for another content type or encoding, 413 when it is too large, 400 when it is not a JSON object
 */
export async function readJsonBody(request: Request, maxBytes: number): Promise<Record<string, unknown>> {
  return (await readJsonText(request, maxBytes)).body
}

/** The same with the text as the client wrote it. */
export async function readJsonText(request: Request, maxBytes: number): Promise<JsonText> {
  checkContentType(request.headers)
  const encodings = readEncodings(request.headers)
  const text = decodeUtf8(await undoEncodings(await readBytes(request, maxBytes), encodings, maxBytes))
  checkShape(text)
  const body = parseJson(text)
  if (typeof body !== 'object' || body === null || Array.isArray(body)) {
    throw new BridgeError('The request body must be a JSON object.', { code: 'invalid_type', status: 400 })
  }
  return { text, body: body as Record<string, unknown> }
}

/** A JSON object, as text and as what it says. */
export interface JsonText {
  text: string
  body: Record<string, unknown>
}

/** Other types are refused also because a web page may send `text/plain` to any site without asking. */
function checkContentType(headers: Headers): void {
  const mediaType = (headers.get('content-type') ?? '').split(';')[0]!.trim().toLowerCase()
  if (mediaType !== 'application/json' && !/^[\w.-]+\/[\w.-]+\+json$/.test(mediaType)) {
    throw new BridgeError(
      `The content type must be application/json${mediaType === '' ? '; the request has none' : ''}. ` +
        "With curl, add -H 'content-type: application/json'.",
      { code: 'unsupported_media_type', status: 415 },
    )
  }
}

async function readBytes(request: Request, maxBytes: number): Promise<Buffer> {
  const reader = request.body?.getReader()
  if (reader === undefined) return Buffer.alloc(0)
  if (Number(request.headers.get('content-length')) > maxBytes) return refuse(reader, maxBytes)

  const chunks: Uint8Array[] = []
  let size = 0
  for (;;) {
    const { done, value } = await reader.read()
    if (done) break
    size += value.byteLength
    if (size > maxBytes) return refuse(reader, maxBytes)
    chunks.push(value)
  }
  return Buffer.concat(chunks, size)
}

async function refuse(reader: ReadableStreamDefaultReader<Uint8Array>, maxBytes: number): Promise<never> {
  await discard(reader)
  throw bodyTooLarge(maxBytes)
}

/**
 * Throws the rest of an upload away, for a while: most clients read the answer only after they have sent everything,
 * and a socket that is closed with unread data resets the connection before they do. The body is not cancelled at
 * the end, because that would close the socket that the answer needs.
 */
async function discard(reader: ReadableStreamDefaultReader<Uint8Array>): Promise<void> {
  let timer: NodeJS.Timeout | undefined
  const timeUp = new Promise<{ done: true }>((resolve) => {
    timer = setTimeout(resolve, LINGER, { done: true })
  })
  try {
    while (!(await Promise.race([reader.read(), timeUp])).done);
  } finally {
    clearTimeout(timer)
  }
}

function decodeUtf8(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
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
