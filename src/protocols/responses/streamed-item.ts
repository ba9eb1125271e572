import type { EventBody, FinalStatus, ItemStatus, JsonItem } from './shapes.ts'

/** An item of the output while the model writes it. Each method returns the events for what it did. */
export interface OutputItem {
  open(): EventBody[]
  close(status: FinalStatus): EventBody[]
  /** Whether nothing can follow, now that another item has begun. */
  readonly complete: boolean
  /** It, as far as it is known and the client gets it. */
  snapshot(status: ItemStatus): JsonItem
  /** The same with what the client did not ask for. */
  kept(status: ItemStatus): JsonItem
}

/** Where an item is in the output. */
export interface ItemPlace {
  id: string
  index: number
}

export abstract class StreamedItem implements OutputItem {
  protected readonly place: { item_id: string; output_index: number }

  constructor({ id, index }: ItemPlace) {
    this.place = { item_id: id, output_index: index }
  }

  abstract readonly complete: boolean
  abstract snapshot(status: ItemStatus): JsonItem
  protected abstract begin(): EventBody[]
  protected abstract end(status: FinalStatus): EventBody[]

  kept(status: ItemStatus): JsonItem {
    return this.snapshot(status)
  }

  open(): EventBody[] {
    const item = this.snapshot('in_progress')
    return [{ type: 'response.output_item.added', output_index: this.place.output_index, item }, ...this.begin()]
  }

  close(status: FinalStatus): EventBody[] {
    const end = this.end(status)
    return [...end, { type: 'response.output_item.done', output_index: this.place.output_index, item: this.snapshot(status) }]
  }
}
