/** Tells the items of a response apart, by their places and by their ids, of which an event may have either. */
export class ItemKeys {
  readonly #byPlace = new Map<unknown, string>()
  readonly #byId = new Map<unknown, string>()
  /** Of events without a place. */
  readonly #placeless = new Map<unknown, string>()

  /** The key of the item that an event is about. Copilot changes the id of an item from event to event, but not its place. */
  of({ output_index: place, item_id, item }: Record<string, any>): string {
    const id = item_id ?? item?.id
    const key = place === undefined ? this.#byId.get(id) : (this.#byPlace.get(place) ?? this.#placeless.get(id))
    return this.#keep(key ?? String(place ?? id ?? ''), place, id)
  }

  #keep(key: string, place: unknown, id: unknown): string {
    this.#byId.set(id, key)
    if (place === undefined) this.#placeless.set(id, key)
    else this.#byPlace.set(place, key)
    return key
  }
}
