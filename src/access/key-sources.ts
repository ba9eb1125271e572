/** A key that may change while the daemon runs; what it gives is kept for no longer than one request. */
export interface KeySource {
  /** @throws Error that names the source, and nothing that came of it */
  get(): Promise<string>
  /** The key once more, where a client presented another: it may have been changed since. Throws what `get` throws. */
  renew(key: string): Promise<string>
}

/** A shorter one is guessed. */
const LEAST = 8

export interface KeySourcesOptions {
  sources: readonly KeySource[]
  log: { warn(message: string): void }
}

/** Keys of clients from a variable, a file or a command. */
export class KeySources {
  readonly #options: KeySourcesOptions
  /** The last fault of each. */
  readonly #told = new Map<KeySource, string>()

  constructor(options: KeySourcesOptions) {
    this.#options = options
  }

  /**
   * Which of them has a key, by its place in the configuration; undefined where none has. A source that fails lets nobody
   * in, and is told of.
   * @param isPresented compares with what the client presents
   */
  async find(isPresented: (key: string) => boolean): Promise<number | undefined> {
    const { sources } = this.#options
    const held = await Promise.all(sources.map((source) => this.#read(source, () => source.get())))
    const found = held.findIndex((key) => key !== undefined && isPresented(key))
    if (found !== -1) return found
    const renewed = await Promise.all(
      sources.map((source, index) => (held[index] === undefined ? undefined : this.#read(source, () => source.renew(held[index]!)))),
    )
    const later = renewed.findIndex((key) => key !== undefined && isPresented(key))
    return later === -1 ? undefined : later
  }

  async #read(source: KeySource, read: () => Promise<string>): Promise<string | undefined> {
    try {
      const key = await read()
      if (key.length < LEAST) throw new Error(`A key of apiKeySources is too short: it needs ${LEAST} characters.`)
      this.#told.delete(source)
      return key
    } catch (error) {
      const { message } = error as Error
      if (this.#told.get(source) !== message) this.#options.log.warn(`A key of clients is not known (apiKeySources): ${message}`)
      this.#told.set(source, message)
      return undefined
    }
  }
}
