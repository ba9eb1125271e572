import { JsonScanner } from '../json-scanner.ts'
import { CALL_CLOSE, CALL_OPEN } from './markers.ts'

/** A piece of a model's answer: text, or a block that should hold a call. */
export type Piece =
  | { type: 'text'; text: string }
  /** `source` is all of it, with the markers; `body` is what stands between them. */
  | { type: 'block'; source: string; body: string }

/** An opening marker, and the fence that some models put around the block. */
const OPENING = new RegExp(`(?:\`\`\`[\\w-]*[ \\t]*\\r?\\n\\s*)?${CALL_OPEN}`)

const MARKER_BEGINNINGS = [...CALL_OPEN].map((_, index) => CALL_OPEN.slice(0, CALL_OPEN.length - index)).join('|')

/** An end of a text that could become an `OPENING`. */
const BEGINNING_AT_END = new RegExp(`(?:\`{1,2}|\`\`\`[\\w-]*[ \\t]*(?:\\r|\\r?\\n\\s*(?:${MARKER_BEGINNINGS})?)?|${MARKER_BEGINNINGS})$`)

/**
 * Divides a streamed answer into text and blocks. Text comes as early as it is certain that no marker begins in it; a
 * block comes when it is complete. How the answer is cut into deltas makes no difference to what comes in the end.
 */
export class BlockReader {
  #buffer = ''
  #block: OpenBlock | undefined

  push(text: string): Piece[] {
    this.#buffer += text
    return this.#read(false)
  }

  /** The answer is over: a block without its closing marker counts as complete. */
  end(): Piece[] {
    return this.#read(true)
  }

  #read(ended: boolean): Piece[] {
    const pieces: Piece[] = []
    for (;;) {
      const piece = this.#block ? this.#readBlock(this.#block, ended) : this.#readText(ended)
      if (!piece) return pieces
      if (piece.type === 'block' || piece.text !== '') pieces.push(piece)
    }
  }

  /** Text up to the next block, which is then open. */
  #readText(ended: boolean): Piece | undefined {
    const opening = OPENING.exec(this.#buffer)
    if (opening) {
      const text = this.#take(opening.index)
      this.#block = new OpenBlock(this.#take(opening[0].length))
      return { type: 'text', text }
    }
    const held = ended ? 0 : (BEGINNING_AT_END.exec(this.#buffer)?.[0].length ?? 0)
    const length = this.#buffer.length - held
    return length === 0 ? undefined : { type: 'text', text: this.#take(length) }
  }

  #readBlock(block: OpenBlock, ended: boolean): Piece | undefined {
    this.#buffer = block.read(this.#buffer, ended)
    if (!block.closed) return undefined
    this.#block = undefined
    return { type: 'block', ...block.closed }
  }

  #take(length: number): string {
    const text = this.#buffer.slice(0, length)
    this.#buffer = this.#buffer.slice(length)
    return text
  }
}

/** A block whose end is still to come. It looks at each character once, since arguments may be large files. */
class OpenBlock {
  /** Set once the end was found. */
  closed: { source: string; body: string } | undefined
  readonly #bodyStart: number
  readonly #scanner = new JsonScanner()
  #source: string

  constructor(opening: string) {
    this.#source = opening
    this.#bodyStart = opening.length
  }

  /**
   * Reads up to the first marker that is not part of the call's JSON; a block that was never closed ends where the next
   * one opens, or with the answer. Returns the text that it leaves over.
   */
  read(text: string, ended: boolean): string {
    for (let index = 0; index < text.length; index++) {
      if (text[index] === '<' && !this.#scanner.inString) {
        if (text.startsWith(CALL_CLOSE, index)) return this.#close(this.#source + text.slice(0, index), CALL_CLOSE, text.slice(index + CALL_CLOSE.length))
        if (text.startsWith(CALL_OPEN, index)) return this.#close(this.#source + text.slice(0, index), '', text.slice(index))
        if (!ended && isMarkerBeginning(text.slice(index))) return this.#readOn(text, index)
      }
      this.#scanner.step(text[index]!)
    }
    const rest = this.#readOn(text, text.length)
    return ended ? this.#closeUnclosed() : rest
  }

  #readOn(text: string, length: number): string {
    this.#source += text.slice(0, length)
    return text.slice(length)
  }

  /** A string that is never closed hides the marker, so the first one counts. */
  #closeUnclosed(): string {
    const close = this.#source.indexOf(CALL_CLOSE, this.#bodyStart)
    if (close < 0) return this.#close(this.#source, '', '')
    return this.#close(this.#source.slice(0, close), CALL_CLOSE, this.#source.slice(close + CALL_CLOSE.length))
  }

  #close(text: string, marker: string, rest: string): string {
    this.closed = { source: text + marker, body: text.slice(this.#bodyStart) }
    return rest
  }
}

function isMarkerBeginning(text: string): boolean {
  return CALL_CLOSE.startsWith(text) || CALL_OPEN.startsWith(text)
}
