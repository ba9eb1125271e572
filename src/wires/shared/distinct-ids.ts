/** Gives each call of an answer an id of its own: clients pair results with calls by nothing else. */
export class DistinctIds {
  readonly #taken = new Set<string>()

  /** @param id the provider's own, which is kept unless another call of this answer has it */
  take(id: unknown): string {
    const wanted = typeof id === 'string' && id !== '' ? id : `call_${crypto.randomUUID().replaceAll('-', '')}`
    let distinct = wanted
    for (let number = 2; this.#taken.has(distinct); number++) distinct = `${wanted}_${number}`
    this.#taken.add(distinct)
    return distinct
  }
}
