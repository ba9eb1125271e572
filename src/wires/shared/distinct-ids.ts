/** Gives each call of an answer, or of a conversation, an id of its own: results are paired with calls by nothing else. */
export class DistinctIds {
  readonly #taken = new Set<string>()
  /** The number that each id comes with when it comes again; all below it are taken. */
  readonly #next = new Map<string, number>()

  /** @param id the one that it has, which is kept unless another call has it */
  take(id: unknown): string {
    const wanted = typeof id === 'string' && id !== '' ? id : `call_${crypto.randomUUID().replaceAll('-', '')}`
    let distinct = wanted
    if (this.#taken.has(wanted)) {
      let number = this.#next.get(wanted) ?? 2
      do distinct = `${wanted}_${number++}`
      while (this.#taken.has(distinct))
      this.#next.set(wanted, number)
    }
    this.#taken.add(distinct)
    return distinct
  }
}
