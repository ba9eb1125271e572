import { createInterface, type Interface } from 'node:readline/promises'
import { visibleText } from '../../core/visible-text.ts'
import { type Completions } from './completion.ts'
import { DraftText } from './draft-text.ts'
import { HISTORY_SIZE } from './history-file.ts'
import { HistorySearch } from './history-search.ts'
import { BRACKETED_PASTE, KeyFilter } from './key-filter.ts'

export interface LineEditorOptions {
  stdin: NodeJS.ReadStream
  screen: NodeJS.WriteStream
  /** The last input first. */
  history: readonly string[]
  complete(line: string): Promise<Completions>
  onInterrupt(): void
}

const ERASE_LINE = '\r\u001B[K'
const SEARCH = '\u0012'

/** Node's line editor with what a person misses in it: pastes of several lines, a search, and keys that wait for an answer's end. */
export class LineEditor {
  readonly #options: LineEditorOptions
  readonly #draft = new DraftText()
  readonly #filter: KeyFilter
  readonly #lines: Interface
  #history: string[]
  #search: HistorySearch | undefined

  constructor(options: LineEditorOptions) {
    const { stdin, screen, history, complete, onInterrupt } = options
    this.#options = options
    this.#filter = new KeyFilter({
      onPaste: (text) => this.#insert(visibleText(text)),
      takes: (key) => this.#searches(key),
      onInterrupt,
    })
    // The terminal's mode is the editor's to change, also while it is stopped (Ctrl-Z).
    const input = Object.assign(this.#filter.keys, { isTTY: true, setRawMode: (on: boolean) => stdin.setRawMode(on) })
    this.#history = history.map((text) => this.#draft.show(text))
    this.#lines = createInterface({
      input,
      output: screen,
      terminal: true,
      prompt: '> ',
      history: [...this.#history],
      historySize: HISTORY_SIZE,
      removeHistoryDuplicates: true,
      completer: complete,
    })
    this.#lines.on('SIGINT', onInterrupt)
    this.#lines.on('history', (kept: string[]) => (this.#history = kept))
    stdin.on('data', this.#filter.push)
    stdin.once('end', this.close)
    screen.write(BRACKETED_PASTE.on)
  }

  /** What is typed, line by line, each with the lines that were pasted into it. */
  async *lines(): AsyncGenerator<string> {
    for await (const line of this.#lines) yield this.#draft.read(line)
  }

  /** What is on the line. */
  get typed(): string {
    return this.#lines.line
  }

  prompt(prompt: string): void {
    this.#lines.setPrompt(prompt)
    this.#lines.prompt()
    this.#filter.release()
  }

  /** Empties the line. */
  clear(): void {
    for (const name of ['e', 'u']) this.#lines.write(null, { ctrl: true, name })
  }

  /** Keys wait from now on until the next prompt. */
  hold(): void {
    this.#filter.hold()
  }

  /** Keeps an input of several lines as one, in the place of its lines. */
  remember(input: string, lines: number): void {
    if (lines < 2) return
    this.#history.splice(0, lines, this.#draft.show(input))
  }

  /** Leaves the terminal to another program. */
  async lend<T>(task: () => Promise<T>): Promise<T> {
    const { stdin, screen } = this.#options
    screen.write(BRACKETED_PASTE.off)
    stdin.off('data', this.#filter.push)
    stdin.pause()
    stdin.setRawMode(false)
    try {
      return await task()
    } finally {
      stdin.setRawMode(true)
      stdin.on('data', this.#filter.push)
      stdin.resume()
      screen.write(BRACKETED_PASTE.on)
    }
  }

  readonly close = (): void => {
    const { stdin, screen } = this.#options
    stdin.off('data', this.#filter.push)
    stdin.off('end', this.close)
    stdin.pause()
    this.#lines.close()
    screen.write(BRACKETED_PASTE.off)
  }

  #insert(text: string): void {
    this.#endSearch()
    this.#lines.write(this.#draft.show(text))
  }

  /** Whether a key belongs to a search. */
  #searches(key: string): boolean {
    if (this.#search === undefined) {
      if (key !== SEARCH) return false
      this.#search = new HistorySearch(this.#history, this.#lines.line)
      this.clear()
      this.#showSearch()
      return true
    }
    const step = this.#search.press(key)
    if (step.type === 'on') {
      this.#showSearch()
      return true
    }
    this.#endSearch(step.line)
    return step.key === undefined
  }

  #showSearch(): void {
    const { query, match } = this.#search!
    const head = `(search) ${query}: `
    const room = Math.max(10, (this.#options.screen.columns || 80) - head.length - 1)
    this.#options.screen.write(`${ERASE_LINE}${head}${match === undefined ? '(nothing)' : match.slice(0, room)}`)
  }

  #endSearch(line = this.#search?.match ?? ''): void {
    if (this.#search === undefined) return
    this.#search = undefined
    this.#options.screen.write(ERASE_LINE)
    this.#lines.prompt()
    this.#lines.write(line)
  }
}
