import { createParser } from 'eventsource-parser'

/** Reads the JSON of server-sent events out of a byte stream, in whatever pieces it comes. */
export class SseReader {
  readonly #decoder = new TextDecoder()
  readonly #parser = createParser({ onEvent: ({ data }) => this.#take(data) })
  #read: unknown[] = []
  /** Whether the provider marked the end, as OpenAI does. */
  done = false

  /** The JSON values of the events that these bytes complete; what is no JSON is passed over. */
  push(bytes: Uint8Array): unknown[] {
    this.#parser.feed(this.#decoder.decode(bytes, { stream: true }))
    return this.#taken()
  }

  /** Those that the end of the stream completes: some servers leave the last empty line out. */
  end(): unknown[] {
    this.#parser.feed(`${this.#decoder.decode()}\n\n`)
    return this.#taken()
  }

  #take(data: string): void {
    if (data.trim() === '[DONE]') {
      this.done = true
      return
    }
    try {
      this.#read.push(JSON.parse(data))
    } catch {
      // Not for us.
    }
  }

  #taken(): unknown[] {
    const read = this.#read
    this.#read = []
    return read
  }
}
