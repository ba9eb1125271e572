/** Stands for the end of a line in a text that is edited on one. */
const LINE_END = '␊'

/** What is longer is shown by a label, for the line that is edited has to fit on the screen. */
const MOST_LINES = 8
const MOST_CHARACTERS = 600

const LABEL = /\[text \d+: [\d,]+ (?:lines|characters)\]/g

/**
 * Texts of several lines on the one line that is edited: ends of lines are signs, and a long text is a label that stands for
 * it. Labels hold as long as the chat does.
 */
export class DraftText {
  readonly #folded = new Map<string, string>()

  /** A text as it is shown on a line. */
  show(text: string): string {
    const lines = text.split('\n')
    if (lines.length <= MOST_LINES && text.length <= MOST_CHARACTERS) return lines.join(LINE_END)
    const known = [...this.#folded].find(([, folded]) => folded === text)
    if (known) return known[0]
    const size = lines.length > 1 ? `${lines.length.toLocaleString('en')} lines` : `${text.length.toLocaleString('en')} characters`
    const label = `[text ${this.#folded.size + 1}: ${size}]`
    this.#folded.set(label, text)
    return label
  }

  /** The text that a line shows. */
  read(line: string): string {
    // In one go: what a label stands for may hold signs and labels of its own.
    return line.replaceAll(new RegExp(`${LABEL.source}|${LINE_END}`, 'g'), (sign) => (sign === LINE_END ? '\n' : (this.#folded.get(sign) ?? sign)))
  }
}
