/** Characters of a token, as far as a language with spaces goes. */
const CHARACTERS_OF_TOKEN = 4

/**
 * How far an answer has come, by what of it went by: its provider tells the tokens at the end only. A piece is a token at
 * least, and a long one as many as its characters make.
 */
export class AnswerProgress {
  #pieces = 0
  #characters = 0

  /** A piece of the answer, of which the length is all that is looked at. */
  hear(characters: number): void {
    this.#pieces++
    this.#characters += characters
  }

  /** An estimate. */
  get tokens(): number {
    return Math.max(this.#pieces, Math.ceil(this.#characters / CHARACTERS_OF_TOKEN))
  }
}
