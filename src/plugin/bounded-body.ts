import { readBody } from './calls/node-body.ts'
import { MAX_BACKLOG } from './contract.ts'

/**
 * A body that may wait for its reader with so many bytes and no more. Bun reads an answer as fast as it comes, whoever takes
 * it, so one that comes faster than opencode works through it would fill the memory unseen.
 *
 * @param onTooMuch called once, with the error that its reader gets; to end the connection is the caller's
 */
export function boundedBody(body: ReadableStream<Uint8Array>, onTooMuch: (error: Error) => void): ReadableStream<Uint8Array> {
  let stop = (): void => {}
  return new ReadableStream<Uint8Array>(
    {
      start(controller) {
        const reading = readBody(body, (bytes) => {
          controller.enqueue(bytes)
          if (controller.desiredSize! >= 0) return
          const error = new Error(`The answer came faster than it was taken, and ${MAX_BACKLOG / 1024 ** 2} MB of it were waiting.`)
          onTooMuch(error)
          throw error
        })
        stop = reading.stop
        reading.ended.then(
          () => controller.close(),
          (error: unknown) => controller.error(error),
        )
      },
      cancel: () => stop(),
    },
    new ByteLengthQueuingStrategy({ highWaterMark: MAX_BACKLOG }),
  )
}
