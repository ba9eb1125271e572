import { signal } from '@preact/signals'

export const SECTIONS = ['now', 'usage', 'requests', 'try', 'connect', 'log'] as const
export type Section = (typeof SECTIONS)[number]

export interface Place {
  section: Section
  /** What of the section: a request, a tool. */
  item: string
}

/** Where the page is, as its address says behind the `#`: `#/requests/req_1`. */
export const place = signal(read())

addEventListener('hashchange', () => (place.value = read()))

function read(): Place {
  const [, name = '', ...rest] = location.hash.split('/')
  const section = SECTIONS.find((known) => known === name) ?? 'now'
  return { section, item: decode(rest.join('/')) }
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return ''
  }
}

export function addressOf(section: Section, item = ''): string {
  return `#/${section}${item === '' ? '' : `/${encodeURIComponent(item)}`}`
}

export function go(section: Section, item = ''): void {
  location.hash = addressOf(section, item)
}
