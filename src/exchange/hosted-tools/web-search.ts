import { BridgeError } from '../../core/errors.ts'
import { parseObject } from '../../core/json-text.ts'
import { type MadeSearch, type OfferedSearch, SEARCH_TOOL, type SearchService } from '../../core/search.ts'
import type { HostedOutcome, HostedTool } from './hosted-tool.ts'

/** How often a model may search in one answer where the client does not say. */
const MAX_SEARCHES = 10

/** Searches through the service that the user configured. */
export function webSearch(service: SearchService, offered: OfferedSearch): HostedTool {
  return {
    definition: {
      name: SEARCH_TOOL,
      description: 'Searches the web. Gives titles, addresses and excerpts of pages.',
      parameters: {
        type: 'object',
        properties: { query: { type: 'string', description: 'What to search for, as for a search engine.' } },
        required: ['query'],
        additionalProperties: false,
      },
    },
    maxUses: offered.maxUses ?? MAX_SEARCHES,
    use: async (call, { id, allowed, signal }) => {
      const query = parseObject(call.arguments)?.query
      const none: MadeSearch = { kind: 'search', id, query: typeof query === 'string' ? query : '', hits: [] }
      if (!allowed) return told({ ...none, failure: 'There are no more searches for this answer. Answer with what you have.' })
      if (none.query.trim() === '') return told({ ...none, failure: "The search has no 'query', a text." })
      try {
        return told({ ...none, hits: await service.search(none.query, offered, signal) })
      } catch (error) {
        if (signal.aborted) throw error
        return told({ ...none, failure: error instanceof BridgeError ? error.message : 'The search failed.' })
      }
    },
  }
}

function told(use: MadeSearch): HostedOutcome {
  const { hits, failure } = use
  const found = hits.map(({ title, url, text }, index) => `${index + 1}. [${title}](${url})\n${text}`).join('\n\n')
  const text = failure ?? (found === '' ? 'Nothing was found.' : `${found}\n\nCite what you use as Markdown links, [title](url), with these very addresses.`)
  return { use, result: [{ type: 'text', text }], isError: failure !== undefined }
}
