import type { SearchHit } from '../core/search.ts'

/** A place in a text where something that was found is named. Characters. */
export interface Citation {
  hit: SearchHit
  start: number
  end: number
}

/** Finds the addresses of what was found in a text, each with the Markdown link that it stands in; in their order. */
export function citationsIn(text: string, hits: readonly SearchHit[]): Citation[] {
  const unique = [...new Map(hits.map((hit) => [hit.url, hit])).values()]
  return unique.flatMap((hit) => placesOf(text, hit.url).map(({ start, end }) => ({ hit, start, end }))).toSorted((one, other) => one.start - other.start)
}

function placesOf(text: string, url: string): { start: number; end: number }[] {
  const places = []
  for (let at = text.indexOf(url); at >= 0; at = text.indexOf(url, at + url.length)) {
    const end = at + url.length
    // Another address that begins with it.
    if (/[\w/%#?&=-]/.test(text[end] ?? '')) continue
    const inLink = text.slice(at - 2, at) === '](' && text[end] === ')'
    const start = inLink ? text.lastIndexOf('[', at) : at
    places.push(inLink && start >= 0 ? { start, end: end + 1 } : { start: at, end })
  }
  return places
}

/** Shorter ones stand in any text. Characters. */
const MIN_QUOTE = 10
const QUOTED = /"([^"\n]{1,2000})"|“([^”\n]{1,2000})”|«([^»\n]{1,2000})»/g

/** What a text has in quotation marks that stands in a page word for word, each once, and where it does. */
export function quotesIn(text: string, page: string): { quote: string; start: number }[] {
  const quoted = Array.from(text.matchAll(QUOTED), ([, straight, curly, angled]) => straight ?? curly ?? angled ?? '')
  return [...new Set(quoted)].flatMap((quote) => {
    const start = quote.length < MIN_QUOTE ? -1 : page.indexOf(quote)
    return start < 0 ? [] : [{ quote, start }]
  })
}
