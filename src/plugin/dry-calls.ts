/** A call that opencode, or a login, would have made. */
export interface DryCall {
  url: string
  headers: Headers
  /** The JSON text. */
  body: string
}

/** Marks the header and the text of a call that must not leave the process. */
const DRY = 'opencode-bridge-dry-call-'

/**
 * Calls to a provider that are made to be seen, not sent. They are recognised by their mark in the header, and, since a
 * login might drop that, in the text of the prompt.
 */
export class DryCalls {
  readonly #taken = new Map<string, DryCall | undefined>()

  /** Whether a prompt's text or a header's value stands for a dry call. */
  static isDry(text: string): boolean {
    return text.startsWith(DRY)
  }

  /** Expects one; its mark is to be its header, and its prompt. */
  expect(): string {
    const mark = DRY + crypto.randomUUID()
    this.#taken.set(mark, undefined)
    return mark
  }

  /** What was taken since `expect`; the mark is used up. */
  finish(mark: string): DryCall | undefined {
    const call = this.#taken.get(mark)
    this.#taken.delete(mark)
    return call
  }

  /** Takes a call that is one of ours, and gives the answer that ends it: a refusal that nobody repeats. */
  take(header: string | null, { url, headers, body }: { url: string; headers: Headers; body: unknown }): Response | undefined {
    if (this.#taken.size === 0) return undefined
    const mark = this.#markOf(header, body)
    if (mark === undefined) return undefined
    if (this.#taken.has(mark)) this.#taken.set(mark, { url, headers, body: typeof body === 'string' ? body : '' })
    return Response.json({ error: { message: 'opencode-bridge: this call was made to learn its form' } }, { status: 400 })
  }

  #markOf(header: string | null, body: unknown): string | undefined {
    if (header !== null) return DryCalls.isDry(header) ? header : undefined
    return typeof body === 'string' ? [...this.#taken.keys()].find((mark) => body.includes(mark)) : undefined
  }
}
