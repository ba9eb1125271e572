import { visibleText } from '../../../core/visible-text.ts'
import { paint } from './inline.ts'
import { renderCodeLine, renderMarkdown } from './render.ts'
import { MarkdownSplitter, type Piece } from './split.ts'

export interface MarkdownScreen {
  columns(): number
  /** Writes to the terminal, as it is. */
  write(text: string): Promise<void> | void
}

const ERASE_LINE = '\r\u001B[K'

/**
 * Shows a Markdown text on a terminal while it is written: each block once it is complete, and the end of what is not yet on a
 * line of its own, which goes again.
 */
export class MarkdownWriter {
  readonly #screen: MarkdownScreen
  readonly #splitter = new MarkdownSplitter()
  #begun = false
  #ticking = false

  constructor(screen: MarkdownScreen) {
    this.#screen = screen
  }

  async write(text: string): Promise<void> {
    await this.#show(this.#splitter.push(visibleText(text)))
    await this.#tick(this.#splitter.unfinished)
  }

  /** Shows what is left, also of a text that was cut off. */
  async end(): Promise<void> {
    await this.#show(this.#splitter.end())
    await this.#tick('')
  }

  async #show(pieces: readonly Piece[]): Promise<void> {
    const text = pieces.map((piece) => this.#render(piece)).join('')
    if (text === '') return
    await this.#tick('')
    await this.#screen.write(text)
  }

  #render(piece: Piece): string {
    switch (piece.type) {
      case 'block':
        return this.#apart(renderMarkdown(piece.text, this.#screen.columns()))
      case 'code-begin':
        return this.#apart(piece.language === '' ? '' : `  ${paint('dim', piece.language)}\n`)
      case 'code-line':
        return `${renderCodeLine(piece.text)}\n`
      case 'code-end':
        return ''
    }
  }

  /** With an empty line before it, unless it is the first. */
  #apart(text: string): string {
    const gap = this.#begun ? '\n' : ''
    this.#begun = true
    return gap + text
  }

  async #tick(text: string): Promise<void> {
    if (text === '' && !this.#ticking) return
    this.#ticking = text !== ''
    await this.#screen.write(ERASE_LINE + (text === '' ? '' : paint('dim', tailOf(text, this.#screen.columns() - 1))))
  }
}

/** The end of a text that fits on a line, where the wider scripts take two columns for a character. */
function tailOf(text: string, columns: number): string {
  const characters = [...text.replaceAll(/\s+/g, ' ')]
  let room = columns
  let start = characters.length
  while (start > 0 && (room -= characters[start - 1]!.codePointAt(0)! < 0x1100 ? 1 : 2) >= 0) start--
  return characters.slice(start).join('')
}
