import { setImmediate as nextTurn } from 'node:timers/promises'
import { Parser } from 'htmlparser2'

/** Characters of a page's HTML that are read, and how many at once: other requests go on between them. */
const MAX_HTML = 2_000_000
const PIECE = 50_000

/** Nested more deeply than any that a person wrote: closing one takes time by the depth, so what comes then is not read. */
const MAX_DEPTH = 500
const MAX_TITLE = 300

/** What a person does not read on a page. */
const SKIPPED: ReadonlySet<string> = new Set(['script', 'style', 'noscript', 'template', 'svg', 'nav', 'iframe', 'select', 'button', 'textarea', 'object'])
const PARAGRAPHS: ReadonlySet<string> = new Set(
  'address article aside blockquote dl fieldset figure footer form h1 h2 h3 h4 h5 h6 header hr main ol p pre section table ul'.split(' '),
)
const LINES: ReadonlySet<string> = new Set('br caption dd details div dt figcaption li option summary tr'.split(' '))

export interface PageText {
  title?: string
  text: string
}

/** The text of a page as a person would read it, in paragraphs, with the addresses of its links behind them. */
export async function textOfHtml(html: string, url: string): Promise<PageText> {
  const writer = new Writer(url)
  const parser = new Parser({
    onopentag: (name, { href }) => writer.open(name, href),
    ontext: (text) => writer.text(text),
    onclosetag: (name) => writer.close(name),
  })
  const read = html.slice(0, MAX_HTML)
  for (let at = 0; at < read.length && !writer.isTooDeep; at += PIECE) {
    parser.write(read.slice(at, at + PIECE))
    await nextTurn()
  }
  if (!writer.isTooDeep) parser.end()
  return writer.page()
}

/** Hears what a page has; for each element that opens, one closes. */
class Writer {
  readonly #url: string
  readonly #pieces: string[] = []
  #title = ''
  #depth = 0
  /** How many of those that are open are in one that is skipped, it among them; and that are in a `pre` or a `title`. */
  #skipped = 0
  #preformatted = 0
  #titled = 0
  /** White space before the next text: line breaks, or a space. */
  #breaks = 0
  #space = false
  /** Addresses of links that are open, and where their text begins. */
  readonly #links: { href: string | undefined; start: number }[] = []

  constructor(url: string) {
    this.#url = url
  }

  get isTooDeep(): boolean {
    return this.#depth > MAX_DEPTH
  }

  open(name: string, href: string | undefined): void {
    this.#depth++
    if (this.isTooDeep) return
    if (this.#skipped > 0 || SKIPPED.has(name)) {
      this.#skipped++
      return
    }
    if (name === 'title') this.#titled++
    if (name === 'pre') this.#preformatted++
    this.#break(name)
    if (name === 'li') this.#write('- ')
    if (name === 'a') this.#links.push({ href, start: this.#pieces.length })
    if (name === 'td' || name === 'th') this.#space = true
  }

  text(text: string): void {
    if (this.#skipped > 0 || this.isTooDeep) return
    if (this.#titled > 0) {
      if (this.#title.length < MAX_TITLE) this.#title += text
      return
    }
    if (this.#preformatted > 0) {
      this.#write(text)
      return
    }
    if (/^\s/.test(text)) this.#space = true
    const words = text.split(/\s+/).filter((word) => word !== '')
    if (words.length > 0) this.#write(words.join(' '))
    if (/\s$/.test(text)) this.#space = true
  }

  close(name: string): void {
    if (this.isTooDeep) return
    this.#depth--
    if (this.#skipped > 0) {
      this.#skipped--
      return
    }
    if (name === 'title') this.#titled--
    if (name === 'pre') this.#preformatted--
    if (name === 'a') this.#endLink()
    this.#break(name)
  }

  page(): PageText {
    const title = this.#title.replace(/\s+/g, ' ').trim().slice(0, MAX_TITLE)
    return { text: this.#pieces.join('').trim(), ...(title !== '' && { title }) }
  }

  #endLink(): void {
    const { href, start } = this.#links.pop() ?? { href: undefined, start: 0 }
    if (href === undefined || !URL.canParse(href, this.#url)) return
    const address = new URL(href, this.#url)
    // No address is in more pieces; a link may be around a whole page.
    const shown = this.#pieces
      .slice(start, start + 8)
      .join('')
      .trim()
    if (!/^https?:$/.test(address.protocol) || href.startsWith('#') || shown === '' || shown === href) return
    const after = this.#space
    this.#space = true
    this.#write(`[${address.href}]`)
    this.#space = after
  }

  #break(name: string): void {
    if (PARAGRAPHS.has(name)) this.#breaks = 2
    else if (LINES.has(name)) this.#breaks = Math.max(1, this.#breaks)
  }

  #write(text: string): void {
    if (text === '') return
    if (this.#breaks > 0) this.#pieces.push('\n'.repeat(this.#breaks))
    else if (this.#space && this.#pieces.length > 0) this.#pieces.push(' ')
    this.#pieces.push(text)
    this.#breaks = 0
    this.#space = false
  }
}
