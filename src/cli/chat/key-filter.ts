import { PassThrough } from 'node:stream'
import { StringDecoder } from 'node:string_decoder'

/** What a terminal sends around a paste, once it was asked to. */
const PASTE_BEGIN = '\u001b[200~'
const PASTE_END = '\u001b[201~'
export const BRACKETED_PASTE = { on: '\u001b[?2004h', off: '\u001b[?2004l' }

const INTERRUPT = '\u0003'

/** A key, or what a key sends: an escape sequence is one. */
const KEY = new RegExp(`${'\u001b'}(?:\\[[0-9;?]*[ -/]*[@-~]|O.|[^[O])?|[^]`, 'gu')

export interface KeyFilterOptions {
  /** Hears of a paste, whole. */
  onPaste(text: string): void
  /** Sees each key first; what it takes goes no further. */
  takes(key: string): boolean
  /** Hears Ctrl-C while keys are held. */
  onInterrupt(): void
}

/** Stands between a terminal and what edits its line: pastes come whole, and keys wait while nobody edits. */
export class KeyFilter {
  /** Gives the keys that are left, each at once, so that they come in their order with what others do to the line. */
  readonly keys = new PassThrough()
  readonly #options: KeyFilterOptions
  readonly #decoder = new StringDecoder('utf8')
  /** What has come of a paste; undefined outside of one. */
  #paste: string | undefined
  #pending = ''
  #held: string | undefined

  constructor(options: KeyFilterOptions) {
    this.#options = options
  }

  readonly push = (data: Buffer): void => {
    const text = this.#decoder.write(data)
    if (this.#held === undefined) return this.#read(text)
    const cut = text.lastIndexOf(INTERRUPT)
    if (cut === -1) this.#held += text
    else {
      // As in a shell, it takes back what was typed ahead.
      this.#held = text.slice(cut + 1)
      this.#options.onInterrupt()
    }
  }

  /** Keeps the keys that come from now on, but for Ctrl-C. */
  hold(): void {
    this.#held ??= ''
  }

  release(): void {
    const text = this.#held
    this.#held = undefined
    if (text) this.#read(text)
  }

  #read(text: string): void {
    let rest = this.#pending + text
    this.#pending = ''
    while (rest !== '') {
      if (this.#paste !== undefined) {
        const [pasted, after] = splitAt(rest, PASTE_END)
        this.#paste += pasted
        if (after === undefined) return this.#keepBegun(PASTE_END)
        this.#options.onPaste(this.#paste.replaceAll(/\r\n?/g, '\n'))
        this.#paste = undefined
        rest = after
      } else {
        const [typed, after] = splitAt(rest, PASTE_BEGIN)
        const begun = after === undefined ? begunAt(typed, PASTE_BEGIN) : typed.length
        this.#type(typed.slice(0, begun))
        this.#pending = typed.slice(begun)
        if (after === undefined) return
        this.#paste = ''
        rest = after
      }
    }
  }

  /** The end of a paste may come in two pieces. */
  #keepBegun(mark: string): void {
    const text = this.#paste!
    const begun = begunAt(text, mark)
    this.#paste = text.slice(0, begun)
    this.#pending = text.slice(begun)
  }

  #type(text: string): void {
    for (const key of text.match(KEY) ?? []) if (!this.#options.takes(key)) this.keys.emit('data', Buffer.from(key))
  }
}

function splitAt(text: string, mark: string): [before: string, after: string | undefined] {
  const at = text.indexOf(mark)
  return at === -1 ? [text, undefined] : [text.slice(0, at), text.slice(at + mark.length)]
}

/** Where a mark begins that is not all there; the end of the text where none does. Escape alone is a key. */
function begunAt(text: string, mark: string): number {
  for (let length = mark.length - 1; length >= 2; length--) if (text.endsWith(mark.slice(0, length))) return text.length - length
  return text.length
}
