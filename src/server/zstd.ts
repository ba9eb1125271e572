import { Decompress, decompress } from 'fzstd'

/**
 * Zstandard, which Node has of its own only since 22.15, and which there takes a frame that breaks off, or the first of
 * two, for the whole. Frames are looked through before they are decompressed: a few
 * bytes can ask for any amount of memory.
 * @see https://www.rfc-editor.org/rfc/rfc8878#section-3
 */

/** What a body may be encoded with, in bytes: https://www.rfc-editor.org/rfc/rfc9659 */
const MAX_WINDOW = 8 * 1024 * 1024

const MAX_BLOCK = 128 * 1024

/** The library moves the window with each block of a frame that does not say its size. Bytes, about a second. */
const MAX_MOVED = 3 * 1024 * 1024 * 1024

/** Of frames and their blocks. Encoders make one of 128 kB, or of what they are given at once. */
const MAX_PIECES = 100_000

interface Frame {
  bytes: Buffer
  window: number
  /** Of its content, where the header says it. */
  size: number | undefined
}

/** More comes out than may. */
export class TooLargeError extends RangeError {}

/** @throws TooLargeError for more than `maxBytes`; any other error for what is not valid */
export function decompressZstd(bytes: Buffer, maxBytes: number): Buffer {
  const pieces: Uint8Array[] = []
  let size = 0
  let moved = 0
  const add = (piece: Uint8Array): void => {
    size += piece.length
    if (size > maxBytes) throw new TooLargeError()
    pieces.push(piece)
  }
  const move = (window: number): void => {
    moved += window
    if (window > MAX_WINDOW || moved > MAX_MOVED) throw new Error('the window is too large')
  }
  for (const frame of framesOf(bytes)) {
    if (frame.size !== undefined) {
      if (size + frame.size > maxBytes) throw new TooLargeError()
      if (frame.size > 0) add(decompress(frame.bytes))
      continue
    }
    move(frame.window)
    const stream = new Decompress((piece) => {
      add(piece)
      move(frame.window)
    })
    stream.push(frame.bytes, true)
  }
  return Buffer.concat(pieces, size)
}

function counter(limit: number): () => void {
  let count = 0
  return () => {
    if (++count > limit) throw new Error('there are too many pieces')
  }
}

const MAGIC = 0xfd2fb528
const SKIPPABLE = 0x184d2a50

function* framesOf(bytes: Buffer): Generator<Frame> {
  const count = counter(MAX_PIECES)
  let start = 0
  while (start < bytes.length) {
    count()
    const magic = bytes.readUInt32LE(start)
    if ((magic & 0xfffffff0) >>> 0 === SKIPPABLE) {
      start += 8 + bytes.readUInt32LE(start + 4)
      continue
    }
    if (magic !== MAGIC) throw new Error('no frame')
    const { window, size, end: blocksStart, checksum } = readHeader(bytes, start + 4)
    const end = skipBlocks(bytes, blocksStart, count) + (checksum ? 4 : 0)
    if (end > bytes.length) throw new Error('the frame ends too early')
    yield { bytes: bytes.subarray(start, end), window, size }
    start = end
  }
}

function readHeader(bytes: Buffer, start: number): { window: number; size: number | undefined; end: number; checksum: boolean } {
  const descriptor = bytes.readUInt8(start)
  const single = (descriptor & 0x20) !== 0
  const dictionaryLength = [0, 1, 2, 4][descriptor & 3]!
  const sizeLength = descriptor < 0x40 ? Number(single) : 1 << (descriptor >> 6)
  const dictionaryStart = start + (single ? 1 : 2)
  const sizeStart = dictionaryStart + dictionaryLength
  if (dictionaryLength > 0 && bytes.readUIntLE(dictionaryStart, dictionaryLength) !== 0) throw new Error('there is no dictionary')
  const size = readSize(bytes, sizeStart, sizeLength)
  return { window: single ? size! : readWindow(bytes.readUInt8(start + 1)), size, end: sizeStart + sizeLength, checksum: (descriptor & 4) !== 0 }
}

function readSize(bytes: Buffer, start: number, length: number): number | undefined {
  if (length === 0) return undefined
  if (length === 8) return Number(bytes.readBigUInt64LE(start))
  return bytes.readUIntLE(start, length) + (length === 2 ? 256 : 0)
}

function readWindow(descriptor: number): number {
  const base = 2 ** (10 + (descriptor >> 3))
  return base + (base / 8) * (descriptor & 7)
}

/** Where the last block ends. */
function skipBlocks(bytes: Buffer, start: number, count: () => void): number {
  let end = start
  for (let last = false; !last;) {
    count()
    const header = bytes.readUIntLE(end, 3)
    const type = (header >> 1) & 3
    const size = header >> 3
    if (type === 3 || size > MAX_BLOCK) throw new Error('no block')
    last = (header & 1) === 1
    // A repeated byte stands once.
    end += 3 + (type === 1 ? 1 : size)
  }
  return end
}
