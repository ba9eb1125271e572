import { createHash } from 'node:crypto'
import { parseJson } from '../core/json-text.ts'

/**
 * JSON of ours in a field of another vendor's that clients send back as they got it. It has no secret and needs no memory,
 * so that a later daemon and another one understand it. Its checksum tells damage from the vendor's own; it is no signature,
 * for nothing depends on who wrote it.
 *
 * All of it is base64 for URLs without padding, a multiple of four characters: clients take such fields for bytes, and
 * write them back in either alphabet.
 */
const PREFIX = 'ocbridgetok1'

const CHECKSUM_BYTES = 9

export function wrapJson(value: unknown): string {
  const json = JSON.stringify(value)
  const content = Buffer.from(json + ' '.repeat((3 - (Buffer.byteLength(json) % 3)) % 3))
  return PREFIX + Buffer.concat([checksum(content), content]).toString('base64url')
}

/** Whether a field's text claims to be an envelope. */
export function isWrapped(text: string): boolean {
  return text.startsWith(PREFIX)
}

/** What is in a text; undefined for what is no envelope, or was damaged. Anybody can work out a checksum, so it may be anything. */
export function unwrapJson(text: string): unknown {
  if (!isWrapped(text)) return undefined
  const encoded = text.slice(PREFIX.length).replaceAll('+', '-').replaceAll('/', '_')
  const bytes = Buffer.from(encoded, 'base64url')
  // Reading base64 stops at nothing.
  if (bytes.toString('base64url') !== encoded) return undefined
  const content = bytes.subarray(CHECKSUM_BYTES)
  return checksum(content).equals(bytes.subarray(0, CHECKSUM_BYTES)) ? parse(content.toString()) : undefined
}

function checksum(content: Buffer): Buffer {
  return createHash('sha256').update(PREFIX).update(content).digest().subarray(0, CHECKSUM_BYTES)
}

function parse(json: string): unknown {
  try {
    return parseJson(json)
  } catch {
    return undefined
  }
}
