import { promisify } from 'node:util'
import * as zlib from 'node:zlib'
import { BridgeError } from '../core/errors.ts'
import { decompressZstd, TooLargeError } from './zstd.ts'

/** @returns what was encoded, never more than `maxBytes` of it */
type Decoder = (bytes: Buffer, maxBytes: number) => Promise<Buffer> | Buffer

const gunzip = native(zlib.gunzip)
const inflate = native(zlib.inflate)
const inflateRaw = native(zlib.inflateRaw)

const DECODERS: Record<string, Decoder> = {
  gzip: gunzip,
  'x-gzip': gunzip,
  br: native(zlib.brotliDecompress),
  deflate: (bytes, maxBytes) => (hasZlibHeader(bytes) ? inflate : inflateRaw)(bytes, maxBytes),
  zstd: decompressZstd,
}

/** One within the other. */
const MAX_ENCODINGS = 3

/**
 * The encodings of a body, in the order in which they were applied.
 * @throws BridgeError 415 for one that the bridge does not know
 */
export function readEncodings(headers: Headers): string[] {
  const names = (headers.get('content-encoding') ?? '')
    .split(',')
    .map((name) => name.trim().toLowerCase())
    .filter((name) => name !== '' && name !== 'identity')
  if (names.length <= MAX_ENCODINGS && names.every((name) => Object.hasOwn(DECODERS, name))) return names
  throw new BridgeError('The content encoding must be gzip, deflate, br or zstd, or none.', { code: 'unsupported_media_type', status: 415 })
}

/**
 * Undoes the encodings of a body.
 * @param maxBytes of what comes out, and of what stands between two encodings
 * @throws BridgeError 400 for a body that is not what its header says, 413 when it is too large
 */
export async function undoEncodings(bytes: Buffer, encodings: readonly string[], maxBytes: number): Promise<Buffer> {
  let decoded = bytes
  for (const name of encodings.toReversed()) {
    try {
      decoded = await DECODERS[name]!(decoded, maxBytes)
    } catch (error) {
      throw isTooLarge(error) ? bodyTooLarge(maxBytes) : notEncoded(name)
    }
  }
  return decoded
}

export function bodyTooLarge(maxBytes: number): BridgeError {
  return new BridgeError(`The request body is larger than ${maxBytes} bytes, which is the limit (maxBodyBytes).`, {
    code: 'request_too_large',
    status: 413,
  })
}

/** Node's own stop at the limit. */
function native(decode: (bytes: Buffer, options: zlib.ZlibOptions, done: (error: Error | null, result: Buffer) => void) => void): Decoder {
  const decoded = promisify(decode)
  return (bytes, maxOutputLength) => decoded(bytes, { maxOutputLength })
}

/** Some clients leave it out, though it is what the encoding is by its definition. */
function hasZlibHeader(bytes: Buffer): boolean {
  return bytes.length >= 2 && (bytes[0]! & 0x0f) === 8 && bytes.readUInt16BE(0) % 31 === 0
}

function isTooLarge(error: unknown): boolean {
  return error instanceof TooLargeError || (error as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE'
}

function notEncoded(encoding: string): BridgeError {
  return new BridgeError(`The request body cannot be decoded as ${encoding}, which its content encoding says. Send it without an encoding.`, {
    code: 'invalid_encoding',
    status: 400,
  })
}
