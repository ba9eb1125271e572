import type { ServerResponse } from 'node:http'
import type { FrameSource } from './frame-source.ts'

/** What is sent while there are no frames. */
export interface Beats {
  text: string
  /** Milliseconds. */
  interval: number
  /** Whether the answer begins with one. */
  begins: boolean
}

/** A body that writes itself into Node's response, as srvx takes one; never into anything else. */
export interface NodeBody {
  pipe(response: ServerResponse): void
  /** Instead of `pipe`, where nobody is to get it. */
  destroy(): void
}

/** Frames as a body that asks for one when the client has taken the one before. */
export function nodeBody(source: FrameSource, beats: Beats): NodeBody {
  return {
    pipe: (response) => {
      void write(source, beats, response).catch((error: Error) => response.destroy(error))
    },
    destroy: () => source.cancel(),
  }
}

async function write(source: FrameSource, { text, interval, begins }: Beats, response: ServerResponse): Promise<void> {
  // One that was not taken yet is enough.
  const beats = setInterval(() => source.takesBeat && response.writableLength === 0 && response.write(text), interval)
  let over = false
  const leave = (): void => {
    if (over) return
    over = true
    clearInterval(beats)
    source.cancel()
  }
  response.on('close', leave)
  response.on('error', leave)
  if (begins) response.write(text)
  for (;;) {
    const frame = await source.next()
    if (over) return
    if (frame === undefined) break
    beats.refresh()
    if (!response.write(frame)) await drained(response)
  }
  over = true
  clearInterval(beats)
  response.end()
}

/** Resolves when the client has taken what was written, or is gone. */
function drained(response: ServerResponse): Promise<void> {
  return new Promise((resolve) => {
    const end = (): void => {
      response.off('drain', end)
      response.off('close', end)
      resolve()
    }
    response.on('drain', end)
    response.on('close', end)
  })
}
