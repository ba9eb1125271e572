export interface FrameSourceOptions {
  /** Writes the end of a stream that failed after it began. */
  encodeError(error: unknown): string
  /** Called when the client stops reading. */
  onCancel(): void
}

type Frame = string | Uint8Array

/** The frames of an answer, one at a time, and what its client gets where they fail. */
export class FrameSource {
  readonly #frames: AsyncGenerator<Frame>
  readonly #options: FrameSourceOptions
  readonly #tail = new Tail()
  #first: Promise<IteratorResult<Frame>> | undefined
  #waiting = false
  /** Nobody reads any more. */
  cancelled = false

  /** @param first what `frames` was asked for already */
  constructor(frames: AsyncGenerator<Frame>, first: Promise<IteratorResult<Frame>>, options: FrameSourceOptions) {
    this.#frames = frames
    this.#first = first
    this.#options = options
  }

  /** Whether the client waits for a frame that is not there, between two events. */
  get takesBeat(): boolean {
    return this.#waiting && this.#tail.between
  }

  /** Resolves with undefined at the end. Never rejects. */
  async next(): Promise<Frame | undefined> {
    this.#waiting = true
    try {
      return await this.#take()
    } catch (error) {
      if (this.cancelled) return undefined
      const last = this.#options.encodeError(error)
      if (last === '') return undefined
      return this.#tail.between ? last : `\n\n${last}`
    } finally {
      this.#waiting = false
    }
  }

  cancel(): void {
    this.cancelled = true
    this.#options.onCancel()
    // Nobody is left to hear of an error; the frames' producer has noted it.
    this.#frames.return(undefined).catch(() => {})
  }

  async #take(): Promise<Frame | undefined> {
    for (;;) {
      const asked = this.#first ?? this.#frames.next()
      // One that fails is no frame to be asked for again.
      this.#first = undefined
      const { done, value } = await asked
      if (done) return undefined
      // What has no words in this format is silence to the client.
      if (value.length === 0) continue
      this.#tail.add(value)
      return value
    }
  }
}

const LINE_FEED = 10
const CARRIAGE_RETURN = 13

/** The end of what was sent. */
class Tail {
  /** Whether the client is between two events, where a heartbeat may stand. */
  between = true
  /** The last three bytes of what is passed on. */
  #last: readonly number[] = []

  add(sent: Frame): void {
    // Text is ours, and whole.
    this.#last = typeof sent === 'string' ? [] : [...this.#last, ...sent.subarray(-3)].slice(-3)
    this.between = typeof sent === 'string' || endsEvent(this.#last)
  }
}

/** Whether a line is empty that these bytes end. */
function endsEvent(bytes: readonly number[]): boolean {
  if (bytes.at(-1) !== LINE_FEED) return false
  return bytes.at(-2) === LINE_FEED || (bytes.at(-2) === CARRIAGE_RETURN && bytes.at(-3) === LINE_FEED)
}
