import { boundedText } from '../core/bounded-text.ts'
import { BridgeError } from '../core/errors.ts'
import { isObject } from '../core/json-value.ts'
import type { OfferedSearch, SearchHit, SearchService } from '../core/search.ts'
import { isOfDomains } from '../core/web-domains.ts'

export const SEARCH_KINDS = ['searxng', 'brave', 'tavily'] as const
export type SearchKind = (typeof SEARCH_KINDS)[number]

export interface SearchSettings {
  kind: SearchKind
  /** Absent, it is the service's own; a SearXNG has none. */
  url?: string | undefined
  key?: string | undefined
  /** Which way it is reached; Node's own `fetch` passes over a proxy of the environment. */
  fetch: typeof globalThis.fetch
}

/** Milliseconds for a search. */
const TIMEOUT = 15_000

/** Of an answer; no list of pages has as many. */
const MAX_BYTES = 4 * 1024 * 1024

/** What a model gets of one: pages, and characters of each. */
const MAX_HITS = 8
const MAX_TEXT = 1500

interface Kind {
  url?: string
  request(base: string, key: string | undefined, query: string, offered: OfferedSearch): { url: string; init: RequestInit }
  /** The list of what was found, whose entries have a `title`, a `url` and one of these texts. */
  list(json: Record<string, unknown>): unknown
}

const KINDS: Record<SearchKind, Kind> = {
  // https://docs.searxng.org/dev/search_api.html; `json` has to be among its formats.
  searxng: {
    request: (base, key, q) => ({
      url: `${base}/search?${new URLSearchParams({ q, format: 'json' })}`,
      init: { headers: new Headers(key === undefined ? [] : [['authorization', `Bearer ${key}`]]) },
    }),
    list: ({ results }) => results,
  },
  // https://api-dashboard.search.brave.com/app/documentation
  brave: {
    url: 'https://api.search.brave.com/res/v1',
    request: (base, key = '', q) => ({
      url: `${base}/web/search?${new URLSearchParams({ q, count: String(2 * MAX_HITS) })}`,
      init: { headers: { accept: 'application/json', 'x-subscription-token': key } },
    }),
    list: ({ web }) => (isObject(web) ? web.results : undefined),
  },
  // https://docs.tavily.com/documentation/api-reference/endpoint/search
  tavily: {
    url: 'https://api.tavily.com',
    request: (base, key = '', query, { allowedDomains = [], blockedDomains = [] }) => ({
      url: `${base}/search`,
      init: {
        method: 'POST',
        headers: { 'content-type': 'application/json', authorization: `Bearer ${key}` },
        body: JSON.stringify({ query, max_results: MAX_HITS, include_domains: allowedDomains, exclude_domains: blockedDomains }),
      },
    }),
    list: ({ results }) => results,
  },
}

/** A search of the web through the service that the user configured. */
export function createSearch({ kind, url, key, fetch }: SearchSettings): SearchService {
  const { url: usual = '', request, list } = KINDS[kind]
  const base = (url ?? usual).replace(/\/+$/, '')
  return {
    search: async (query, offered, signal) => {
      const { url: address, init } = request(base, key, query, offered)
      const json = await ask(fetch, address, { ...init, redirect: 'manual', signal: AbortSignal.any([signal, AbortSignal.timeout(TIMEOUT)]) })
      const found = isObject(json) ? list(json) : undefined
      if (!Array.isArray(found)) throw failed('it answered with something else than a list of pages')
      return found
        .flatMap(toHit)
        .filter(({ url: page }) => isOfDomains(page, offered))
        .slice(0, MAX_HITS)
    },
  }
}

async function ask(fetch: SearchSettings['fetch'], url: string, init: RequestInit): Promise<unknown> {
  let response: Response
  try {
    response = await fetch(url, init)
  } catch {
    throw failed('it did not answer')
  }
  if (!response.ok) {
    await response.body?.cancel()
    throw failed(`it answered with the status ${response.status}`)
  }
  try {
    return JSON.parse(await boundedText(response.body, MAX_BYTES))
  } catch (error) {
    if (error instanceof RangeError) throw failed('its answer is too long')
    return undefined
  }
}

function toHit(entry: unknown): SearchHit[] {
  if (!isObject(entry) || typeof entry.url !== 'string' || !/^https?:/.test(entry.url)) return []
  const text = [entry.content, entry.description].find((value) => typeof value === 'string') ?? ''
  return [{ title: typeof entry.title === 'string' ? entry.title : entry.url, url: entry.url, text: String(text).slice(0, MAX_TEXT) }]
}

function failed(why: string): BridgeError {
  return new BridgeError(`The search failed: ${why}.`, { code: 'upstream_error', status: 502 })
}
