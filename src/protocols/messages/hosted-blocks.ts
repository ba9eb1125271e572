import type { HostedUse } from '../../core/hosted.ts'
import { FETCH_TOOL, type FetchedPage, type MadeFetch } from '../../core/page-fetch.ts'
import { type MadeSearch, SEARCH_TOOL } from '../../core/search.ts'
import { citationsIn, quotesIn } from '../citations.ts'
import type { JsonCitation, JsonDocument, JsonFetchResult, JsonQuote, JsonSearchResult, JsonServerToolUse } from './shapes.ts'

/** Of a page that a search found, what a citation quotes. Characters. */
const MAX_QUOTE = 150

const caller = { type: 'direct' } as const

/** The two blocks of what the bridge did for the model. */
export function hostedBlocks(use: HostedUse, messageId: string): [JsonServerToolUse, JsonSearchResult | JsonFetchResult] {
  const id = `srvtoolu_${messageId.replace(/^msg_/, '')}s${use.id}`
  const of = <Name extends JsonServerToolUse['name']>(name: Name, input: JsonServerToolUse['input']) =>
    ({ type: 'server_tool_use', id, name, input, caller }) as const
  return use.kind === 'search'
    ? [of(SEARCH_TOOL, { query: use.query }), { type: 'web_search_tool_result', tool_use_id: id, content: found(use), caller }]
    : [of(FETCH_TOOL, { url: use.url }), { type: 'web_fetch_tool_result', tool_use_id: id, content: fetched(use), caller }]
}

/** Pages are told without their text, which Anthropic seals for its models. */
function found({ hits, failure }: MadeSearch): JsonSearchResult['content'] {
  if (failure !== undefined) return { type: 'web_search_tool_result_error', error_code: 'unavailable' }
  return hits.map(({ url, title }) => ({ type: 'web_search_result', url, title, encrypted_content: '', page_age: null }))
}

function fetched({ page, failure, cites }: MadeFetch): JsonFetchResult['content'] {
  if (page === undefined) return { type: 'web_fetch_tool_result_error', error_code: failure?.fault ?? 'unavailable' }
  return { type: 'web_fetch_result', url: page.url, content: document(page, cites), retrieved_at: page.retrievedAt }
}

function document({ content, title }: FetchedPage, cites: boolean): JsonDocument {
  return {
    type: 'document',
    source:
      content.type === 'text'
        ? { type: 'text', media_type: 'text/plain', data: content.text }
        : { type: 'base64', media_type: 'application/pdf', data: content.data },
    title: title ?? null,
    citations: cites ? { enabled: true } : null,
  }
}

/** What of that a text names, each page of a search once, and what it quotes of the pages that were fetched. */
export function citationsOf(text: string, uses: readonly HostedUse[]): (JsonCitation | JsonQuote)[] {
  return [...linksIn(text, uses), ...quotedIn(text, uses)]
}

function linksIn(text: string, uses: readonly HostedUse[]): JsonCitation[] {
  const hits = uses.flatMap((use) => (use.kind === 'search' ? use.hits : []))
  const cited = new Set(citationsIn(text, hits).map(({ hit }) => hit))
  return Array.from(cited, ({ url, title, text: page }) => ({
    type: 'web_search_result_location',
    url,
    title,
    cited_text: page.slice(0, MAX_QUOTE),
    encrypted_index: '',
  }))
}

function quotedIn(text: string, uses: readonly HostedUse[]): JsonQuote[] {
  const fetches = uses.filter((use) => use.kind === 'fetch' && use.page !== undefined) as (MadeFetch & { page: FetchedPage })[]
  return fetches.flatMap(({ cites, page: { content, title } }, index) => {
    if (!cites || content.type !== 'text') return []
    return quotesIn(text, content.text).map(({ quote, start }) => ({
      type: 'char_location',
      cited_text: quote,
      document_index: index,
      document_title: title ?? null,
      start_char_index: start,
      end_char_index: start + quote.length,
      file_id: null,
    }))
  })
}
