import { Readable } from 'node:stream'
import type { ReadableStream as NodeReadableStream } from 'node:stream/web'

/**
 * Bytes that Bun clears for a body, and again whenever that many have come: with its own 64 kB that took a quarter of the CPU
 * time of a short answer. With less, a long one comes in many small pieces.
 */
const CLEARED = 8 * 1024

/** The body of an answer as Node's stream: for each piece that Bun 1.3's own reader gives, it clears 256 kB of memory. */
function nodeBody(body: ReadableStream<Uint8Array>): Readable {
  return Readable.fromWeb(body as NodeReadableStream<Uint8Array>, { highWaterMark: CLEARED })
}

/** A body that is read as fast as it comes. */
export interface BodyReading {
  /** Resolves at the body's end. Rejects when its connection breaks, and with what was thrown for a piece. */
  ended: Promise<void>
  /** Hears no more of it. The connection is not closed by that; who made the call can. */
  stop(): void
}

/** Reads a body to its end. @param onPiece hears each piece; what it throws is the end of the reading */
export function readBody(body: ReadableStream<Uint8Array>, onPiece: (bytes: Uint8Array) => void): BodyReading {
  const stream = nodeBody(body)
  const ended = new Promise<void>((resolve, reject) => {
    stream.on('data', (bytes: Uint8Array) => {
      if (stream.destroyed) return
      try {
        onPiece(bytes)
      } catch (error) {
        stream.destroy(error as Error)
      }
    })
    stream.on('end', resolve)
    stream.on('error', reject)
    // Bun emits no error for a connection that breaks.
    stream.on('close', () => reject(stream.errored ?? new Error('The connection was closed before the end of the answer.')))
  })
  return { ended, stop: () => void stream.destroy() }
}
