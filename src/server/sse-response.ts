export interface SseOptions {
  /** That of server-sent events unless it is given; frames are whole lines in any. */
  mediaType?: string
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
 * @param frames complete events or comments as text; or bytes of a stream that is passed on, in whatever pieces it came.
 *   One is asked for only when the client has taken the one before, so a slow client holds its producer back
 */
export async function openSse(frames: AsyncGenerator<string | Uint8Array>, options: SseOptions): Promise<Response> {
  const encoder = new TextEncoder()
  let cancelled = false
  const tail = new Tail()
  const first = frames.next()
  await Promise.race([first, options.ready])
  const silent = (await raceSilence(first, options.heartbeatInterval)) === SILENCE
  if (silent) options.onEarlyHead?.()
  let next: Promise<IteratorResult<string | Uint8Array>> | undefined = first
  /** Whether the client has asked for a frame that is not there. */
  let waiting = false
  let beats: NodeJS.Timeout | undefined

  async function pull(controller: ReadableStreamDefaultController<Uint8Array>): Promise<void> {
    for (;;) {
      next ??= frames.next()
      const { done, value } = await next
      next = undefined
      if (cancelled) return
      if (done) return close(controller)
      // What has no words in this format is silence to the client.
      if (value.length === 0) continue
      tail.add(value)
      beats?.refresh()
      return controller.enqueue(typeof value === 'string' ? encoder.encode(value) : value)
    }
  }

  function close(controller: ReadableStreamDefaultController<Uint8Array>): void {
    clearInterval(beats)
    controller.close()
  }

  const body = new ReadableStream<Uint8Array>(
    {
      start(controller) {
        const beat = (): void => controller.enqueue(encoder.encode(options.heartbeat))
        if (silent) beat()
        // One that was not taken yet is enough.
        beats = setInterval(() => waiting && tail.between && controller.desiredSize === 0 && beat(), options.heartbeatInterval)
      },
      async pull(controller) {
        waiting = true
        try {
          await pull(controller)
        } catch (error) {
          if (cancelled) return
          const last = options.encodeError(error)
          if (last !== '') controller.enqueue(encoder.encode(tail.between ? last : `\n\n${last}`))
          close(controller)
        } finally {
          waiting = false
        }
      },
      cancel() {
        cancelled = true
        clearInterval(beats)
        options.onCancel()
        // Nobody is left to hear of an error; the frames' producer has noted it.
        frames.return(undefined).catch(() => {})
      },
    },
    { highWaterMark: 0 },
  )
  return new Response(body, { headers: options.mediaType === undefined ? HEADERS : { ...HEADERS, 'content-type': options.mediaType } })
}

/** The end of what was sent. */
class Tail {
  #text = ''
  /** Whether the client is between two events, where a heartbeat may stand. */
  between = true

  add(sent: string | Uint8Array): void {
    // Text is ours, and whole.
    this.#text = typeof sent === 'string' ? '' : (this.#text + Buffer.from(sent.subarray(-4)).toString('latin1')).slice(-4)
    this.between = typeof sent === 'string' || /\n\r?\n$/.test(this.#text)
  }
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
