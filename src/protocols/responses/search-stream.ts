import type { MadeSearch } from '../../core/search.ts'
import { type ItemPlace, StreamedItem } from './streamed-item.ts'
import type { EventBody, FinalStatus, JsonWebSearchCall } from './shapes.ts'

/** A search that the bridge made for the model, which comes whole. */
export class SearchStream extends StreamedItem {
  readonly complete = true
  readonly #search: MadeSearch

  constructor(place: ItemPlace, search: MadeSearch) {
    super(place)
    this.#search = search
  }

  /** Whatever becomes of the answer, the search is over. */
  snapshot(): JsonWebSearchCall {
    const { query, hits, failure } = this.#search
    return {
      type: 'web_search_call',
      id: this.place.item_id,
      status: failure === undefined ? 'completed' : 'failed',
      action: { type: 'search', query, queries: [query], sources: hits.map(({ url }) => ({ type: 'url', url })) },
    }
  }

  protected begin(): EventBody[] {
    const steps = ['in_progress', 'searching', 'completed'] as const
    return steps.map((step) => ({ type: `response.web_search_call.${step}` as const, ...this.place }))
  }

  protected end(_status: FinalStatus): EventBody[] {
    return []
  }
}
