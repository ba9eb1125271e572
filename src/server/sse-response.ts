import { sseComment } from '../protocols/sse.ts'

export interface SseOptions {
  /** What the headers need; without it they may be sent at any time. */
  ready?: Promise<unknown>
  /** Milliseconds of silence after which a comment is sent. */
  heartbeatInterval: number
  /** Writes the end of a stream that failed after it began. */
  encodeError(error: unknown): string
  /** Called when the client stops reading. */
  onCancel(): void
}

const HEADERS = {
  'content-type': 'text/event-stream; charset=utf-8',
  'cache-control': 'no-cache',
  connection: 'keep-alive',
  // Nginx would hold the events back until its buffer is full.
  'x-accel-buffering': 'no',
}

const SILENCE = Symbol('silence')

/**
 * Answers with server-sent events. The answer begins with the first frame, or with a heartbeat when there is none for
 * `heartbeatInterval` and the headers are `ready`; an error before that rejects, so that it can still have its own status.
 * @param frames complete events or comments, each with its empty line, as text; or bytes of a stream that is passed on,
 *   in whatever pieces it came. One is asked for only when the client has taken the one before, so a slow client holds
 *   its producer back
 */
export async function openSse(frames: AsyncGenerator<string | Uint8Array>, options: SseOptions): Promise<Response> {
  const encoder = new TextEncoder()
  let cancelled = false
  /** Whether the client is between two events, where a comment may stand. */
  let between = true
  let next: Promise<IteratorResult<string | Uint8Array>> | undefined = frames.next()
  await Promise.race([next, options.ready])
  const first = await raceSilence(next, options.heartbeatInterval)
  let heartbeatDue = first === SILENCE

  async function pull(controller: ReadableStreamDefaultController<Uint8Array>): Promise<void> {
    next ??= frames.next()
    const result = heartbeatDue ? SILENCE : await raceSilence(next, options.heartbeatInterval)
    heartbeatDue = false
    if (cancelled) return
    if (result === SILENCE) {
      if (between) controller.enqueue(encoder.encode(sseComment('keep-alive')))
      else await pull(controller)
      return
    }
    next = undefined
    if (result.done) return controller.close()
    const bytes = typeof result.value === 'string' ? encoder.encode(result.value) : result.value
    between = endsEvent(bytes)
    if (bytes.length > 0) controller.enqueue(bytes)
    else await pull(controller)
  }

  const body = new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        try {
          await pull(controller)
        } catch (error) {
          if (cancelled) return
          const last = options.encodeError(error)
          if (last !== '') controller.enqueue(encoder.encode(between ? last : `\n\n${last}`))
          controller.close()
        }
      },
      cancel() {
        cancelled = true
        options.onCancel()
        // Nobody is left to hear of an error; the frames' producer has noted it.
        frames.return(undefined).catch(() => {})
      },
    },
    { highWaterMark: 0 },
  )
  return new Response(body, { headers: HEADERS })
}

const LINE_FEED = 10

/** Whether an empty line ends them. */
function endsEvent(bytes: Uint8Array): boolean {
  const lines = Array.from(bytes.subarray(-4)).filter((byte) => byte !== 13)
  return bytes.length === 0 || (lines.at(-1) === LINE_FEED && lines.at(-2) === LINE_FEED)
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
