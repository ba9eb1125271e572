import type { MadeSearch, SearchHit } from '../../core/search.ts'
import { citationsIn } from '../citations.ts'
import type { JsonCitation, JsonSearchResult, JsonServerToolUse } from './shapes.ts'

/** Of a page, what a citation quotes. Characters. */
const MAX_QUOTE = 150

/** The two blocks of a search that the bridge made. Pages are told without their text, which Anthropic seals for its models. */
export function searchBlocks({ id, query, hits, failure }: MadeSearch, messageId: string): [JsonServerToolUse, JsonSearchResult] {
  const toolUseId = `srvtoolu_${messageId.replace(/^msg_/, '')}s${id}`
  const caller = { type: 'direct' } as const
  return [
    { type: 'server_tool_use', id: toolUseId, name: 'web_search', input: { query }, caller },
    {
      type: 'web_search_tool_result',
      tool_use_id: toolUseId,
      content:
        failure === undefined
          ? hits.map(({ url, title }) => ({ type: 'web_search_result', url, title, encrypted_content: '', page_age: null }))
          : { type: 'web_search_tool_result_error', error_code: 'unavailable' },
      caller,
    },
  ]
}

/** What of the pages a text names, each once. */
export function citationsOf(text: string, hits: readonly SearchHit[]): JsonCitation[] {
  const cited = new Set(citationsIn(text, hits).map(({ hit }) => hit))
  return Array.from(cited, ({ url, title, text: page }) => ({
    type: 'web_search_result_location',
    url,
    title,
    cited_text: page.slice(0, MAX_QUOTE),
    encrypted_index: '',
  }))
}
