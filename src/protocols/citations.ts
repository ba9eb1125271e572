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
