import { type H3Event, HTTPResponse } from 'h3'
import { FrameSource } from './frame-source.ts'
import { type Beats, nodeBody } from './node-response.ts'

export interface SseOptions {
  /** That of server-sent events unless it is given; frames are whole lines in any. */
  mediaType?: string
  /** Makes another form of them. */
  reshape?: () => TransformStream<Uint8Array, Uint8Array>
  /** What the headers need; without it they may be sent at any time. */
  ready?: Promise<unknown>
  /** Called when the headers have to go before the first frame. */
  onEarlyHead?(): void
  /** Sent when nothing else was for so many milliseconds: whole lines that may stand between two events. */
  heartbeat: string
  heartbeatInterval: number
  /** Writes the end of a stream that failed after it began. */
  encodeError(error: unknown): string
  /** Called when the client stops reading. */
  onCancel(): void
}

/** As h3 takes it. */
export type SseResponse = Response | HTTPResponse

const SILENCE = Symbol('silence')

const HEADERS = {
  'content-type': 'text/event-stream; charset=utf-8',
  'cache-control': 'no-cache',
  connection: 'keep-alive',
  // Nginx would hold the events back until its buffer is full.
  'x-accel-buffering': 'no',
}

/**
 * Answers with server-sent events. The answer begins with the first frame, or with a heartbeat when there is none for
 * `heartbeatInterval` and the headers are `ready`; an error before that rejects, so that it can still have its own status.
 * @param frames complete events or comments as text; or bytes of a stream that is passed on, in whatever pieces it came.
 *   One is asked for only when the client has taken the one before, so a slow client holds its producer back
 */
export async function openSse(event: H3Event, frames: AsyncGenerator<string | Uint8Array>, options: SseOptions): Promise<SseResponse> {
  const { heartbeat, heartbeatInterval, mediaType, reshape, ready } = options
  const first = frames.next()
  await Promise.race([first, ready])
  const silent = (await raceSilence(first, heartbeatInterval)) === SILENCE
  if (silent) options.onEarlyHead?.()
  const source = new FrameSource(frames, first, options)
  const beats = { text: heartbeat, interval: heartbeatInterval, begins: silent }
  const init = { headers: mediaType === undefined ? HEADERS : { ...HEADERS, 'content-type': mediaType } }
  if (reshape) return new Response(webBody(source, beats).pipeThrough(reshape()), init)
  // By Node's own response, where there is one: a web stream before it costs more than all else that is done with a piece.
  return event.runtime?.node?.res ? new HTTPResponse(nodeBody(source, beats) as unknown as BodyInit, init) : new Response(webBody(source, beats), init)
}

function webBody(source: FrameSource, { text, interval, begins }: Beats): ReadableStream<Uint8Array> {
  const encoder = new TextEncoder()
  let timer: NodeJS.Timeout | undefined
  return new ReadableStream(
    {
      start(controller) {
        const beat = (): void => controller.enqueue(encoder.encode(text))
        if (begins) beat()
        // One that was not taken yet is enough.
        timer = setInterval(() => source.takesBeat && controller.desiredSize === 0 && beat(), interval)
      },
      async pull(controller) {
        const frame = await source.next()
        if (source.cancelled) return
        if (frame !== undefined) {
          timer?.refresh()
          return controller.enqueue(typeof frame === 'string' ? encoder.encode(frame) : frame)
        }
        clearInterval(timer)
        controller.close()
      },
      cancel() {
        clearInterval(timer)
        source.cancel()
      },
    },
    { highWaterMark: 0 },
  )
}

/** Waits for a promise, or for `interval` milliseconds. */
async function raceSilence<T>(promise: Promise<T>, interval: number): Promise<T | typeof SILENCE> {
  let timer: NodeJS.Timeout | undefined
  const silence = new Promise<typeof SILENCE>((resolve) => {
    timer = setTimeout(resolve, interval, SILENCE)
  })
  try {
    return await Promise.race([promise, silence])
  } finally {
    clearTimeout(timer)
  }
}
