import type { WebDomains } from './web-domains.ts'

/** What a choice of tools calls the bridge's search. */
export const SEARCH_TOOL = 'web_search'

/** A search of the web that a client offers and the bridge makes. */
export interface OfferedSearch extends WebDomains {
  /** How often the model may search. */
  maxUses?: number
}

export interface SearchHit {
  title: string
  url: string
  /** What of the page the service shows. */
  text: string
}

/** A search that the model asked for, once it is made. */
export interface MadeSearch {
  kind: 'search'
  /** Unique in an answer, without a prefix that a format may want. */
  id: string
  query: string
  hits: readonly SearchHit[]
  /** Why there are none, in a sentence for the model. */
  failure?: string
}

/** A service that the user has configured. */
export interface SearchService {
  /** @throws BridgeError when it cannot be reached, or answers with something else; its message is for the model, and has no secret */
  search(query: string, offered: OfferedSearch, signal: AbortSignal): Promise<SearchHit[]>
}
