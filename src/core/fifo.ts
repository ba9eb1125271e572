/** What was taken stays in front of the list until it is as much as this, and half of it. */
const TIDY = 1024

/**
 * First in, first out, at the same cost however many wait: `Array.shift` moves all that follow, which blocks the thread for
 * half a minute where a hundred thousand are taken one after the other.
 */
export class Fifo<T> {
  #items: (T | undefined)[]
  #head = 0

  constructor(items: Iterable<T> = []) {
    this.#items = [...items]
  }

  get length(): number {
    return this.#items.length - this.#head
  }

  /** The oldest one, which stays; undefined where there is none. */
  get first(): T | undefined {
    return this.#items[this.#head]
  }

  push(item: T): void {
    this.#items.push(item)
  }

  /** The oldest one; undefined where there is none. */
  shift(): T | undefined {
    if (this.#head === this.#items.length) return undefined
    const item = this.#items[this.#head]
    // Nothing is held that is no longer here.
    this.#items[this.#head++] = undefined
    if (this.#head >= TIDY && this.#head * 2 >= this.#items.length) {
      this.#items = this.#items.slice(this.#head)
      this.#head = 0
    }
    return item
  }
}

/** A queue for each key. */
export class Fifos<K, T> {
  readonly #queues = new Map<K, Fifo<T>>()

  push(key: K, item: T): void {
    const queue = this.#queues.get(key)
    if (queue) queue.push(item)
    else this.#queues.set(key, new Fifo([item]))
  }

  /** The oldest one of a key, which stays; undefined where there is none. */
  first(key: K): T | undefined {
    return this.#queues.get(key)?.first
  }

  /** The oldest one of a key; undefined where there is none. */
  shift(key: K): T | undefined {
    return this.#queues.get(key)?.shift()
  }

  clear(): void {
    this.#queues.clear()
  }
}
