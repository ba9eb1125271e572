import type { MadeFetch, OfferedFetch } from './page-fetch.ts'
import type { MadeSearch, OfferedSearch } from './search.ts'

/** A tool that vendors' servers run within an answer, and the bridge where the model's provider does not. */
export type HostedKind = 'search' | 'fetch'

/** Those that a client offers and the bridge runs. */
export interface OfferedHosted {
  search?: OfferedSearch
  fetch?: OfferedFetch
}

/** What one of them was asked, and what came of it. */
export type HostedUse = MadeSearch | MadeFetch
