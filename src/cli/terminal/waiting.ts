import { note } from './output.ts'
import { startSpinner } from './spinner.ts'

/** Shows on a terminal that an answer is waited for, and what it waits for. */
export class Waiting {
  readonly #text: string
  #stop: () => void

  constructor(text: string) {
    this.#text = text
    this.#stop = startSpinner(text)
  }

  /** Says something and goes on waiting. */
  readonly tell = (news: string): void => {
    this.#stop()
    note(news)
    this.#stop = startSpinner(this.#text)
  }

  readonly end = (): void => this.#stop()
}
