import type { HostedUse } from '../../core/hosted.ts'
import type { Prompt } from '../../core/prompt.ts'

/** Longer addresses are not looked for: nobody may fetch them. Characters, and what may stand behind one. */
export const MAX_ADDRESS = 250
const MAX_TRAILING = 8

/** A host that somebody wrote without a scheme. */
const BARE = /^(?:[a-z0-9-]{1,63}\.){1,8}[a-z]{2,63}(?::\d{1,5})?(?:[/?#]|$)/i

/**
 * The addresses that a model may have fetched: those that the client, its tools or what was found told it. One that the model
 * made up could carry what it read elsewhere to whoever a page that it read wants to have it; so what the model itself says
 * does not count.
 */
export class KnownAddresses {
  readonly #known = new Set<string>()

  constructor(messages: Prompt['messages'], uses: readonly HostedUse[], earlier: readonly string[]) {
    for (const message of messages) {
      if (message.role === 'system') this.#read(message.content)
      else if (message.role !== 'assistant') for (const part of message.content) if (part.type === 'text') this.#read(part.text)
    }
    for (const use of uses) for (const text of textsOf(use)) this.#read(text)
    for (const text of earlier) this.#read(text)
  }

  has(url: URL): boolean {
    return this.#known.has(withoutFragment(url))
  }

  #read(text: string): void {
    for (const [word] of text.matchAll(/[^\s<>"'`|\\]+/g)) {
      const start = word.search(/https?:\/\//i)
      if (start >= 0) for (const address of word.slice(start).split(/(?=https?:\/\/)|\]\(/i)) this.#add(address)
      else if (word.length <= MAX_ADDRESS) {
        const bare = word.replace(/^[([{*_]+/, '')
        if (BARE.test(bare.replace(/[.,;:!?)\]}*_]+$/, ''))) for (const scheme of ['https', 'http']) this.#add(`${scheme}://${bare}`)
      }
    }
  }

  /** With and without what may be punctuation behind it. */
  #add(written: string): void {
    let address = written.slice(0, MAX_ADDRESS + MAX_TRAILING)
    for (let trailing = 0; trailing <= MAX_TRAILING; trailing++) {
      if (URL.canParse(address)) this.#known.add(withoutFragment(new URL(address)))
      if (!/[.,;:!?)\]}*_]$/.test(address)) return
      address = address.slice(0, -1)
    }
  }
}

function textsOf(use: HostedUse): string[] {
  if (use.kind === 'search') return use.hits.flatMap(({ url, text }) => [url, text])
  const { page } = use
  return page === undefined ? [] : [page.url, ...(page.content.type === 'text' ? [page.content.text] : [])]
}

function withoutFragment({ href }: URL): string {
  return href.replace(/#.*$/, '')
}
