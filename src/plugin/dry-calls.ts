/** A call that opencode, or a login, would have made. */
export interface DryCall {
  url: string
  headers: Headers
  /** The JSON text. */
  body: string
  /** What ended it. */
  answer: Response
}

/** How a dry call ends: as a refusal that nobody repeats, or as a stream that a login hands on as it would a real one. */
export type DryEnd = 'refused' | 'passed'

/** Marks the header and the text of a call that must not leave the process. */
const DRY = 'opencode-bridge-dry-call-'

/**
 * Calls to a provider that are made to be seen, not sent. They are recognised by their mark in the header, and, since a
 * login might drop that, in the text of the prompt.
 */
export class DryCalls {
  readonly #taken = new Map<string, { end: DryEnd; call: DryCall | undefined }>()

  /** Whether a prompt's text or a header's value stands for a dry call. */
  static isDry(text: string): boolean {
    return text.startsWith(DRY)
  }

  /** Expects one; its mark is to be its header, and its prompt. */
  expect(end: DryEnd = 'refused'): string {
    const mark = DRY + crypto.randomUUID()
    this.#taken.set(mark, { end, call: undefined })
    return mark
  }

  /** What was taken since `expect`; the mark is used up. */
  finish(mark: string): DryCall | undefined {
    const call = this.#taken.get(mark)?.call
    this.#taken.delete(mark)
    return call
  }

  /** Takes a call that is one of ours, and gives the answer that ends it. */
  take(header: string | null, { url, headers, body }: { url: string; headers: Headers; body: unknown }): Response | undefined {
    if (this.#taken.size === 0) return undefined
    const mark = this.#markOf(header, body)
    if (mark === undefined) return undefined
    const expected = this.#taken.get(mark)
    const answer = expected?.end === 'passed' ? stream() : refusal()
    if (expected) expected.call = { url, headers, body: typeof body === 'string' ? body : '', answer }
    return answer
  }

  #markOf(header: string | null, body: unknown): string | undefined {
    if (header !== null) return DryCalls.isDry(header) ? header : undefined
    return typeof body === 'string' ? [...this.#taken.keys()].find((mark) => body.includes(mark)) : undefined
  }
}

function refusal(): Response {
  return Response.json({ error: { message: 'opencode-bridge: this call was made to learn its form' } }, { status: 400 })
}

function stream(): Response {
  return new Response('data: {}\n\n', { headers: { 'content-type': 'text/event-stream' } })
}
