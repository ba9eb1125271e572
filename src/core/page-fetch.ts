import type { WebDomains } from './web-domains.ts'

/** What a choice of tools calls the bridge's fetching of pages. */
export const FETCH_TOOL = 'web_fetch'

/** The fetching of pages that a client offers and the bridge does. */
export interface OfferedFetch extends WebDomains {
  /** How often the model may fetch. */
  maxUses?: number
  /** Of the text of a page, roughly. */
  maxContentTokens?: number
  /** Whether what the model quotes of a page is to be told as a citation. */
  cites?: boolean
  /** What a history has of earlier searches and pages, whose addresses may be fetched as those of the conversation may. */
  earlier?: readonly string[]
}

/** Why a page was not fetched, as Anthropic names it (`WebFetchToolResultErrorCode` of `@anthropic-ai/sdk` 1.11). */
export type FetchFault =
  | 'invalid_tool_input'
  | 'url_too_long'
  | 'url_not_allowed'
  | 'url_not_in_prior_context'
  | 'url_not_accessible'
  | 'unsupported_content_type'
  | 'content_too_large'
  | 'too_many_requests'
  | 'max_uses_exceeded'
  | 'unavailable'

export interface FetchedPage {
  /** Where it was, after redirects. */
  url: string
  title?: string
  /** ISO 8601. */
  retrievedAt: string
  /** The readable text, or a PDF in base64. */
  content: { type: 'text'; text: string } | { type: 'pdf'; data: string }
}

/** A page that the model asked for, once it is fetched. */
export interface MadeFetch {
  kind: 'fetch'
  /** Unique in an answer, without a prefix that a format may want. */
  id: string
  /** As the model wrote it. */
  url: string
  cites: boolean
  page?: FetchedPage
  /** Why there is none; the sentence is for the model. */
  failure?: { fault: FetchFault; message: string }
}
